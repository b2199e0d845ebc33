package io.darkroom.pipelines;

import io.darkroom.diffusion.guidance.Guidance;
import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.batch.DenoisingTask;
import io.darkroom.inference.batch.UNet;
import io.darkroom.inference.batch.UNetRows;
import java.util.Map;

/**
 * The loop of Stable Diffusion, one step at a time: scale, predict, guide, step. With guidance each
 * picture is two rows, all unconditional ones first.
 */
final class Denoising implements DenoisingTask {
    private final UNet unet;
    private final Sampler sampler;
    private final NoiseSource noise;
    private final Map<String, Tensor> conditions;
    private final double guidanceScale;
    private final boolean guided;
    private final Progress progress;
    private Tensor latents;

    /**
     * @param latents to start from, as noisy as the sampler's first call wants them
     * @param conditions with the unconditional rows first where {@code guided}
     */
    Denoising(
            UNet unet,
            Sampler sampler,
            NoiseSource noise,
            Tensor latents,
            Map<String, Tensor> conditions,
            double guidanceScale,
            boolean guided,
            Progress progress) {
        this.unet = unet;
        this.sampler = sampler;
        this.noise = noise;
        this.latents = latents;
        this.conditions = conditions;
        this.guidanceScale = guidanceScale;
        this.guided = guided;
        this.progress = progress;
    }

    @Override
    public UNetRows next() {
        Tensor scaled = sampler.scaleModelInput(latents);
        return new UNetRows(unet, guided ? scaled.repeatRows(2) : scaled, sampler.currentTimestep(), conditions);
    }

    @Override
    public void accept(Tensor prediction, long deviceNanos) {
        Tensor guidedPrediction = guided
                ? Guidance.combine(
                        prediction.rows(0, latents.rows()),
                        prediction.rows(latents.rows(), prediction.rows()),
                        guidanceScale)
                : prediction;
        latents = sampler.step(guidedPrediction, latents, noise);
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

    /** The latents so far; clean once {@link #finished()}. */
    Tensor latents() {
        return latents;
    }
}
