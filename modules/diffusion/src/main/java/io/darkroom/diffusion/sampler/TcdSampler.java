package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;

/**
 * Strategic stochastic sampling of trajectory consistency models: Zheng et al., "Trajectory
 * Consistency Distillation" (arXiv:2402.19159), algorithm 4. Each step jumps to a time below the
 * next one (by eta, the paper's gamma) and is noised up to it.
 *
 * <p>diffusers: {@code TCDScheduler}; pipelines pass eta, 0 by default.
 */
final class TcdSampler extends ScheduledSampler {
    static final SamplerKind KIND = SamplerKind.named("TCDScheduler", TcdSampler::of)
            .trainedOn("scaled_linear", 0.00085, 0.012)
            .whole("original_inference_steps", 50, 1, 100_000)
            .clipping(false)
            .flag("set_alpha_to_one", true)
            .predicting("epsilon", "sample", "v_prediction")
            .thresholding()
            .spacedBy("leading")
            .number("timestep_scaling", 10.0, 0, Float.MAX_VALUE)
            .flag("rescale_betas_zero_snr", false);

    private final Prediction prediction;
    private final TrainingSchedule schedule;
    private final double eta;
    private final int lastStep;

    private TcdSampler(SamplerConfig config, double[] timesteps, SamplerRun run) {
        super(TimestepGrid.toFloat(timesteps));
        this.prediction = Prediction.of(config);
        this.schedule = TrainingSchedule.covering(config, timesteps);
        this.eta = run.eta();
        this.lastStep = run.numInferenceSteps() - 1;
    }

    private static TcdSampler of(SamplerConfig config, SamplerRun run) {
        return new TcdSampler(config, DistillationGrid.of(config, run), run);
    }

    @Override
    public void requireComputable() {
        schedule.requireSignal(this, prediction);
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise) {
        return AlphaNoising.noised(original, noise, schedule.alphaCumprod((int) currentTimestep()));
    }

    @Override
    Tensor update(int index, Tensor modelOutput, Tensor sample, NoiseSource noise) {
        float alpha = schedule.alphaCumprod((int) timestep(index));
        int next = index + 1 < scheduleLength() ? (int) timestep(index + 1) : 0;
        int target = (int) Math.floor((float) (1 - eta) * next);
        float targetAlpha = schedule.alphaCumprod(target);
        float rootAlpha = Float32.sqrt(alpha);
        float rootBeta = Float32.sqrt(1.0f - alpha);
        Tensor clean = prediction.cleanAtAlpha(modelOutput, sample, rootAlpha, rootBeta);
        Tensor epsilon = prediction.noiseAtAlpha(modelOutput, sample, rootAlpha, rootBeta);
        Tensor jumped = clean.times(Float32.sqrt(targetAlpha)).plus(epsilon.times(Float32.sqrt(1.0f - targetAlpha)));
        if (eta == 0 || index == lastStep) {
            return jumped;
        }
        float kept = schedule.alphaCumprod(next) / targetAlpha;
        return jumped.times(Float32.sqrt(kept)).plus(noise.draw(sample.shape()).times(Float32.sqrt(1.0f - kept)));
    }
}
