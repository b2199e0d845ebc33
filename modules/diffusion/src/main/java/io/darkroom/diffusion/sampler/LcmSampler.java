package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;

/**
 * Multistep consistency sampling: Luo et al., "Latent Consistency Models" (arXiv:2310.04378),
 * algorithm 3. Each step predicts the clean sample and noises it again for the next timestep; the
 * last one does not.
 *
 * <p>diffusers: {@code LCMScheduler}.
 */
final class LcmSampler extends ScheduledSampler {
    static final SamplerKind KIND = SamplerKind.named("LCMScheduler", LcmSampler::of)
            .trainedOn("scaled_linear", 0.00085, 0.012)
            .whole("original_inference_steps", 50, 1, 100_000)
            .clipping(false)
            .flag("set_alpha_to_one", true)
            .predicting("epsilon", "sample", "v_prediction")
            .thresholding()
            .spacedBy("leading")
            .number("timestep_scaling", 10.0, 0, Float.MAX_VALUE)
            .flag("rescale_betas_zero_snr", false);

    /**
     * Standard deviation of the data, of the boundary condition (Song et al., 2023,
     * arXiv:2303.01469, appendix C).
     */
    private static final double SIGMA_DATA = 0.5;

    private final Prediction prediction;
    private final Thresholding thresholding;
    private final TrainingSchedule schedule;
    private final double timestepScaling;
    private final float finalAlpha;

    /**
     * The step that adds no noise, as an index into the grid; the grid can be longer by a rounding
     * error.
     */
    private final int lastStep;

    private LcmSampler(SamplerConfig config, double[] timesteps, int steps) {
        super(TimestepGrid.toFloat(timesteps));
        this.prediction = Prediction.of(config);
        this.thresholding = Thresholding.of(config);
        this.schedule = TrainingSchedule.covering(config, timesteps);
        this.timestepScaling = config.number("timestep_scaling");
        this.finalAlpha = config.flag("set_alpha_to_one") ? 1.0f : schedule.alphaCumprod(0);
        this.lastStep = steps - 1;
    }

    private static LcmSampler of(SamplerConfig config, SamplerRun run) {
        return new LcmSampler(config, DistillationGrid.of(config, run), run.numInferenceSteps());
    }

    @Override
    public void requireComputable() {
        if (thresholding.isUnbounded()) {
            schedule.requireSignal(this, prediction);
        }
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise) {
        return AlphaNoising.noised(original, noise, schedule.alphaCumprod((int) currentTimestep()));
    }

    @Override
    Tensor update(int index, Tensor modelOutput, Tensor sample, NoiseSource noise) {
        int timestep = (int) timestep(index);
        float alpha = schedule.alphaCumprod(timestep);
        Tensor clean = thresholding.apply(
                prediction.cleanAtAlpha(modelOutput, sample, Float32.sqrt(alpha), Float32.sqrt(1.0f - alpha)));
        Tensor denoised = clean.times(boundaryOut(timestep)).plus(sample.times(boundarySkip(timestep)));
        if (index == lastStep) {
            return denoised;
        }
        int next = index + 1 < scheduleLength() ? (int) timestep(index + 1) : timestep;
        float nextAlpha = next >= 0 ? schedule.alphaCumprod(next) : finalAlpha;
        return denoised.times(Float32.sqrt(nextAlpha))
                .plus(noise.draw(sample.shape()).times(Float32.sqrt(1.0f - nextAlpha)));
    }

    private float boundarySkip(int timestep) {
        float scaled = timestep * (float) timestepScaling;
        return (float) (SIGMA_DATA * SIGMA_DATA) / (scaled * scaled + (float) (SIGMA_DATA * SIGMA_DATA));
    }

    private float boundaryOut(int timestep) {
        float scaled = timestep * (float) timestepScaling;
        return scaled / Float32.sqrt(scaled * scaled + (float) (SIGMA_DATA * SIGMA_DATA));
    }
}
