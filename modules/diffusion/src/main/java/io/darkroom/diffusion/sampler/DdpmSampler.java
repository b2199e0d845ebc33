package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;
import java.util.List;

/**
 * DDPM: Ho, Jain, Abbeel, "Denoising Diffusion Probabilistic Models" (arXiv:2006.11239), equations
 * 6, 7 and 15, with a fixed variance or a learned one ({@link LearnedVariance}). Noise is added
 * while the timestep is above 0.
 *
 * <p>diffusers: {@code DDPMScheduler}.
 */
final class DdpmSampler extends ScheduledSampler {
    /** Without diffusers' fixed_large_log, whose square root of a logarithm is not a number. */
    private static final List<String> VARIANCES =
            List.of("fixed_small", "fixed_small_log", "fixed_large", "learned", "learned_range");

    static final SamplerKind KIND = SamplerKind.named("DDPMScheduler", DdpmSampler::of)
            .trainedOn("linear", 0.0001, 0.02)
            .choice("beta_schedule", "linear", List.of("linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid"))
            .choice("variance_type", "fixed_small", VARIANCES)
            .clipping(true)
            .predicting("epsilon", "sample", "v_prediction")
            .thresholding()
            .spacedBy("leading")
            .flag("rescale_betas_zero_snr", false);

    private final Prediction prediction;
    private final Thresholding thresholding;
    private final TrainingSchedule schedule;
    private final String varianceType;

    private DdpmSampler(SamplerConfig config, double[] timesteps) {
        super(TimestepGrid.toFloat(timesteps));
        this.prediction = Prediction.of(config);
        this.thresholding = Thresholding.of(config);
        this.schedule = TrainingSchedule.covering(config, timesteps);
        this.varianceType = config.choice("variance_type");
    }

    private static DdpmSampler of(SamplerConfig config, SamplerRun run) {
        TimestepGrid.requireAtMostTrained(config, run);
        return new DdpmSampler(config, TimestepGrid.whole(config, run.numInferenceSteps()));
    }

    @Override
    public boolean takesVariance() {
        return varianceType.startsWith("learned");
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
        int previous = index + 1 < scheduleLength() ? (int) timestep(index + 1) : -1;
        float alpha = schedule.alphaCumprod(timestep);
        float previousAlpha = previous >= 0 ? schedule.alphaCumprod(previous) : 1.0f;
        float beta = 1.0f - alpha;
        float previousBeta = 1.0f - previousAlpha;
        float stepAlpha = alpha / previousAlpha;
        float stepBeta = 1.0f - stepAlpha;
        Tensor clean = thresholding.apply(prediction.cleanAtAlpha(
                LearnedVariance.predictionIn(modelOutput, sample), sample, Float32.sqrt(alpha), Float32.sqrt(beta)));
        Tensor mean = clean.times(Float32.sqrt(previousAlpha) * stepBeta / beta)
                .plus(sample.times(Float32.sqrt(stepAlpha) * previousBeta / beta));
        if (timestep <= 0) {
            return mean;
        }
        float variance = Math.max(previousBeta / beta * stepBeta, LearnedVariance.LEAST);
        Tensor drawn = noise.draw(sample.shape());
        return mean.plus(
                switch (varianceType) {
                    case "fixed_small" -> drawn.times(Float32.sqrt(variance));
                    case "fixed_small_log" -> drawn.times(Float32.exp(0.5f * Float32.log(variance)));
                    case "fixed_large" -> drawn.times(Float32.sqrt(stepBeta));
                    case "learned" ->
                        LearnedVariance.varianceIn(modelOutput, sample)
                                .map(Float32::sqrt)
                                .times(drawn);
                    case "learned_range" ->
                        LearnedVariance.deviation(modelOutput, sample, variance, stepBeta)
                                .times(drawn);
                    default -> throw new IllegalStateException("variance_type");
                });
    }
}
