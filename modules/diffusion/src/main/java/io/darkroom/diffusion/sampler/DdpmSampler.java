package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;
import java.util.List;

/**
 * DDPM: Ho, Jain, Abbeel, "Denoising Diffusion Probabilistic Models" (arXiv:2006.11239), equations
 * 6, 7 and 15. Noise is added while the timestep is above 0.
 *
 * <p>diffusers: {@code DDPMScheduler}.
 */
final class DdpmSampler extends ScheduledSampler {
    static final SamplerKind KIND = SamplerKind.named("DDPMScheduler", DdpmSampler::of)
            .trainedOn("linear", 0.0001, 0.02)
            .choice("variance_type", "fixed_small", List.of("fixed_small", "fixed_small_log", "fixed_large"))
            .clipping(true)
            .predicting("epsilon", "sample", "v_prediction")
            .thresholding()
            .spacedBy("leading")
            .flag("rescale_betas_zero_snr", false);

    private static final float LEAST_VARIANCE = 1e-20f;

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
        Tensor clean = thresholding.apply(
                prediction.cleanAtAlpha(modelOutput, sample, Float32.sqrt(alpha), Float32.sqrt(beta)));
        Tensor mean = clean.times(Float32.sqrt(previousAlpha) * stepBeta / beta)
                .plus(sample.times(Float32.sqrt(stepAlpha) * previousBeta / beta));
        if (timestep <= 0) {
            return mean;
        }
        return mean.plus(noise.draw(sample.shape()).times(deviation(previousBeta / beta * stepBeta, stepBeta)));
    }

    private float deviation(float posteriorVariance, float stepBeta) {
        float variance = Math.max(posteriorVariance, LEAST_VARIANCE);
        return switch (varianceType) {
            case "fixed_small" -> Float32.sqrt(variance);
            case "fixed_small_log" -> Float32.exp(0.5f * Float32.log(variance));
            case "fixed_large" -> Float32.sqrt(stepBeta);
            default -> throw new IllegalStateException("variance_type");
        };
    }
}
