package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;

/**
 * DDIM: Song, Meng, Ermon, "Denoising Diffusion Implicit Models" (arXiv:2010.02502), equations 12
 * and 16.
 *
 * <p>A step goes to {@code t - N // n}, not to the next entry of the grid; these differ for
 * linspace and trailing spacing. diffusers: {@code DDIMScheduler}.
 */
final class DdimSampler extends ScheduledSampler {
    static final SamplerKind KIND = SamplerKind.named("DDIMScheduler", DdimSampler::of)
            .trainedOn("linear", 0.0001, 0.02)
            .clipping(true)
            .flag("set_alpha_to_one", true)
            .predicting("epsilon", "sample", "v_prediction")
            .thresholding()
            .spacedBy("leading")
            .flag("rescale_betas_zero_snr", false);

    private final Prediction prediction;
    private final Thresholding thresholding;
    private final TrainingSchedule schedule;
    private final float finalAlpha;
    private final int stride;
    private final float eta;

    private DdimSampler(SamplerConfig config, SamplerRun run, double[] timesteps) {
        super(TimestepGrid.toFloat(timesteps));
        this.prediction = Prediction.of(config);
        this.thresholding = Thresholding.of(config);
        this.schedule = TrainingSchedule.covering(config, timesteps);
        this.finalAlpha = config.flag("set_alpha_to_one") ? 1.0f : schedule.alphaCumprod(0);
        this.stride = config.trainTimesteps() / run.numInferenceSteps();
        this.eta = (float) run.eta();
    }

    private static DdimSampler of(SamplerConfig config, SamplerRun run) {
        TimestepGrid.requireAtMostTrained(config, run);
        return new DdimSampler(config, run, TimestepGrid.whole(config, run.numInferenceSteps()));
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
        int previous = timestep - stride;
        float alpha = schedule.alphaCumprod(timestep);
        float previousAlpha = previous >= 0 ? schedule.alphaCumprod(previous) : finalAlpha;
        float rootAlpha = Float32.sqrt(alpha);
        float rootBeta = Float32.sqrt(1.0f - alpha);
        Tensor clean = thresholding.apply(prediction.cleanAtAlpha(modelOutput, sample, rootAlpha, rootBeta));
        Tensor epsilon = prediction.noiseAtAlpha(modelOutput, sample, rootAlpha, rootBeta);
        float deviation = eta * Float32.sqrt(variance(alpha, previousAlpha));
        float direction = Float32.sqrt(1.0f - previousAlpha - deviation * deviation);
        Tensor next = clean.times(Float32.sqrt(previousAlpha)).plus(epsilon.times(direction));
        return eta > 0 ? next.plus(noise.draw(sample.shape()).times(deviation)) : next;
    }

    private static float variance(float alpha, float previousAlpha) {
        return (1.0f - previousAlpha) / (1.0f - alpha) * (1.0f - alpha / previousAlpha);
    }
}
