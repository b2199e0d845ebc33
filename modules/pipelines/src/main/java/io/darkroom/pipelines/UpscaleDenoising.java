package io.darkroom.pipelines;

import io.darkroom.diffusion.guidance.Guidance;
import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.batch.DenoisingTask;
import io.darkroom.inference.batch.UNet;
import io.darkroom.inference.batch.UNetRows;
import java.util.Arrays;
import java.util.Map;

/**
 * The loop of the latent upscaler. The network sees the scaled latents with the small ones beside
 * them, is told the noise as a quarter of log sigma, and its output is turned into the clean sample
 * by the preconditioning of Karras et al. (arXiv:2206.00364, table 1): {@code x / (s^2 + 1) + out *
 * s / sqrt(s^2 + 1)}.
 */
final class UpscaleDenoising implements DenoisingTask {
    private final UNet unet;
    private final Sampler sampler;
    private final NoiseSource noise;
    private final Tensor small;
    private final Map<String, Tensor> conditions;
    private final double guidanceScale;
    private final boolean guided;
    private final Progress progress;
    private Tensor latents;

    /**
     * @param small the low-resolution latents, already at the latents' size
     */
    UpscaleDenoising(
            UNet unet,
            Sampler sampler,
            NoiseSource noise,
            Tensor latents,
            Tensor small,
            Map<String, Tensor> conditions,
            double guidanceScale,
            boolean guided,
            Progress progress) {
        this.unet = unet;
        this.sampler = sampler;
        this.noise = noise;
        this.latents = latents;
        this.small = small;
        this.conditions = conditions;
        this.guidanceScale = guidanceScale;
        this.guided = guided;
        this.progress = progress;
    }

    @Override
    public UNetRows next() {
        Tensor input = beside(sampler.scaleModelInput(latents), small);
        float timestep = (float) Math.log(sigma()) * 0.25f;
        return new UNetRows(unet, guided ? input.repeatRows(2) : input, timestep, conditions);
    }

    @Override
    public void accept(Tensor prediction, long deviceNanos) {
        Tensor wide = guided ? latents.repeatRows(2) : latents;
        Tensor clean = clean(firstChannels(prediction, latents.dimension(1)), wide);
        Tensor guidedClean = guided
                ? Guidance.combine(
                        clean.rows(0, latents.rows()), clean.rows(latents.rows(), clean.rows()), guidanceScale)
                : clean;
        latents = sampler.step(guidedClean, latents, noise);
        progress.step(sampler.position(), sampler.calls(), deviceNanos);
    }

    @Override
    public boolean finished() {
        return sampler.done();
    }

    @Override
    public boolean cancelled() {
        return progress.cancelled();
    }

    Tensor latents() {
        return latents;
    }

    private float sigma() {
        return (float) sampler.currentSigma().orElseThrow();
    }

    private Tensor clean(Tensor output, Tensor noisy) {
        float sigma = sigma();
        float weight = 1.0f / (sigma * sigma + 1.0f);
        // the level itself, scaled like a sample
        float outputWeight =
                sampler.scaleModelInput(Tensor.of(new float[] {sigma}, 1)).data()[0];
        return noisy.times(weight).plus(output.times(outputWeight));
    }

    /** Side by side along the channels. */
    private static Tensor beside(Tensor left, Tensor right) {
        int[] shape = left.shape();
        shape[1] += right.dimension(1);
        Tensor both = Tensor.zeros(shape);
        for (int row = 0; row < left.rows(); row++) {
            int start = row * both.rowSize();
            System.arraycopy(left.data(), row * left.rowSize(), both.data(), start, left.rowSize());
            System.arraycopy(right.data(), row * right.rowSize(), both.data(), start + left.rowSize(), right.rowSize());
        }
        return both;
    }

    /** Without what follows them: the fifth channel is a variance that nothing uses. */
    private static Tensor firstChannels(Tensor prediction, int channels) {
        int[] shape = prediction.shape();
        int kept = prediction.rowSize() / shape[1] * channels;
        shape[1] = channels;
        Tensor first = Tensor.zeros(shape);
        for (int row = 0; row < prediction.rows(); row++) {
            float[] values = Arrays.copyOfRange(
                    prediction.data(), row * prediction.rowSize(), row * prediction.rowSize() + kept);
            System.arraycopy(values, 0, first.data(), row * kept, kept);
        }
        return first;
    }
}
