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
 * The denoising loop of every family, one step at a time: show the network the latents, guide, step. With guidance each
 * picture is two rows, all unconditional ones first.
 */
final class Denoising implements DenoisingTask {
    private final UNet unet;
    private final Preconditioning preconditioning;
    private final Conditions conditions;
    private final Sampler sampler;
    private final NoiseSource noise;
    private final Progress progress;
    private Tensor latents;

    /**
     * What steers a batch.
     *
     * @param inputs of the network beside latents and timestep, with the unconditional rows first where {@code guided}
     * @param guided whether predictions come in pairs
     * @param guidanceScale how far a pair is followed beyond its conditional half
     * @param guidanceRescale how far the result is pulled back to that half's spread, 0..1
     */
    record Conditions(Map<String, Tensor> inputs, boolean guided, double guidanceScale, double guidanceRescale) {
        Conditions(Map<String, Tensor> inputs, boolean guided, double guidanceScale) {
            this(inputs, guided, guidanceScale, 0);
        }
    }

    /**
     * @param latents to start from, as noisy as the sampler's first call wants them
     */
    Denoising(
            UNet unet,
            Preconditioning preconditioning,
            Conditions conditions,
            Sampler sampler,
            NoiseSource noise,
            Tensor latents,
            Progress progress) {
        this.unet = unet;
        this.preconditioning = preconditioning;
        this.conditions = conditions;
        this.sampler = sampler;
        this.noise = noise;
        this.latents = latents;
        this.progress = progress;
    }

    @Override
    public UNetRows next() {
        Tensor input = paired(preconditioning.input(latents, sampler));
        return new UNetRows(
                unet,
                input,
                preconditioning.timestep(sampler),
                preconditioning.conditions(conditions.inputs(), sampler));
    }

    @Override
    public void accept(Tensor output, long deviceNanos) {
        Tensor prediction = preconditioning.prediction(output, paired(latents), sampler);
        latents = preconditioning.stepped(sampler.step(guided(prediction), latents, noise), sampler);
        progress.step(sampler.position(), sampler.calls(), deviceNanos);
    }

    private Tensor paired(Tensor rows) {
        return conditions.guided() ? rows.repeatRows(2) : rows;
    }

    private Tensor guided(Tensor prediction) {
        if (!conditions.guided()) {
            return prediction;
        }
        int images = latents.rows();
        Tensor conditional = prediction.rows(images, 2 * images);
        Tensor guided = preconditioning.guided(prediction.rows(0, images), conditional, conditions.guidanceScale());
        return conditions.guidanceRescale() > 0
                ? Guidance.rescale(guided, conditional, conditions.guidanceRescale())
                : guided;
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
