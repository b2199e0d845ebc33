package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;
import java.util.List;

/**
 * DDPM as unCLIP uses it: Ramesh et al., "Hierarchical Text-Conditional Image Generation with CLIP
 * Latents" (arXiv:2204.06125); the updates are those of Ho et al. (arXiv:2006.11239), equations 6,
 * 7 and 15, the learned variance that of Nichol and Dhariwal (arXiv:2102.09672, equation 15). Noise
 * is added while the timestep is above 0.
 *
 * <p>diffusers: {@code UnCLIPScheduler}, with the next timestep of the grid passed to each step, as
 * its pipelines do.
 */
final class UnClipSampler extends ScheduledSampler {
    static final SamplerKind KIND = SamplerKind.named("UnCLIPScheduler", UnClipSampler::of)
            .whole("num_train_timesteps", 1000, 1, 100_000)
            .choice("variance_type", "fixed_small_log", List.of("fixed_small_log", "learned_range"))
            .clipping(true)
            .predicting("epsilon", "sample")
            .choice("beta_schedule", "squaredcos_cap_v2", List.of("squaredcos_cap_v2"));

    private final Prediction prediction;
    private final Thresholding clipping;
    private final TrainingSchedule schedule;
    private final boolean learnsVariance;

    private UnClipSampler(SamplerConfig config, double[] timesteps) {
        super(TimestepGrid.toFloat(timesteps));
        this.prediction = Prediction.of(config);
        this.clipping = Thresholding.of(config);
        this.schedule = TrainingSchedule.of(config);
        this.learnsVariance = config.choice("variance_type").equals("learned_range");
    }

    private static UnClipSampler of(SamplerConfig config, SamplerRun run) {
        int steps = run.numInferenceSteps();
        if (steps == 1) {
            throw new SamplerOptionException(
                    "num_inference_steps", "1 is too few for UnCLIPScheduler, it needs 2 or more");
        }
        double stride = (config.trainTimesteps() - 1.0) / (steps - 1);
        double[] timesteps = new double[steps];
        for (int i = 0; i < steps; i++) {
            timesteps[i] = Math.rint((steps - 1 - i) * stride);
        }
        return new UnClipSampler(config, timesteps);
    }

    @Override
    public boolean takesVariance() {
        return learnsVariance;
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise) {
        return AlphaNoising.noised(original, noise, schedule.alphaCumprod((int) currentTimestep()));
    }

    @Override
    Tensor update(int index, Tensor modelOutput, Tensor sample, NoiseSource noise) {
        int timestep = (int) timestep(index);
        int previous = index + 1 < scheduleLength() ? (int) timestep(index + 1) : timestep - 1;
        float alpha = schedule.alphaCumprod(timestep);
        float previousAlpha = previous >= 0 ? schedule.alphaCumprod(previous) : 1.0f;
        float beta = 1.0f - alpha;
        float previousBeta = 1.0f - previousAlpha;
        // a step to the very next training timestep has the beta that the training had
        float stepBeta = previous == timestep - 1 ? schedule.beta(timestep) : 1.0f - alpha / previousAlpha;
        Tensor clean = clipping.apply(prediction.cleanAtAlpha(
                LearnedVariance.predictionIn(modelOutput, sample), sample, Float32.sqrt(alpha), Float32.sqrt(beta)));
        Tensor mean = clean.times(Float32.sqrt(previousAlpha) * stepBeta / beta)
                .plus(sample.times(Float32.sqrt(1.0f - stepBeta) * previousBeta / beta));
        if (timestep <= 0) {
            return mean;
        }
        float variance = previousBeta / beta * stepBeta;
        Tensor drawn = noise.draw(sample.shape());
        return mean.plus(
                learnsVariance
                        ? LearnedVariance.deviation(modelOutput, sample, variance, stepBeta)
                                .times(drawn)
                        : drawn.times(Float32.exp(0.5f * Float32.log(Math.max(variance, LearnedVariance.LEAST)))));
    }
}
