package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;
import java.util.List;

/**
 * Euler's method on the probability flow ODE: Karras et al., "Elucidating the Design Space of
 * Diffusion-Based Generative Models" (arXiv:2206.00364), algorithm 2 without its second-order
 * correction and without churn.
 *
 * <p>diffusers: {@code EulerDiscreteScheduler}.
 */
final class EulerSampler extends SigmaSampler {
    static final SamplerKind KIND = SamplerKind.named("EulerDiscreteScheduler", EulerSampler::of)
            .trainedOn("linear", 0.0001, 0.02)
            .predicting("epsilon", "sample", "original_sample", "v_prediction")
            .choice("interpolation_type", "linear", List.of("linear", "log_linear"))
            .reshapingSigmas()
            .optionalNumber("sigma_min", 0, Float.MAX_VALUE)
            .optionalNumber("sigma_max", 0, Float.MAX_VALUE)
            .spacedBy("linspace")
            .choice("timestep_type", "discrete", List.of("discrete", "continuous"))
            .flag("rescale_betas_zero_snr", false)
            .choice("final_sigmas_type", "zero", List.of("zero", "sigma_min"));

    private final Prediction prediction;

    private EulerSampler(SamplerConfig config, float[] timesteps, float[] sigmas) {
        super(config, timesteps, sigmas);
        this.prediction = Prediction.of(config);
    }

    private static EulerSampler of(SamplerConfig config, SamplerRun run) {
        SigmaSchedule schedule = config.choice("interpolation_type").equals("linear")
                ? SigmaSchedule.of(config, run.numInferenceSteps())
                : logLinear(config, run.numInferenceSteps());
        double last = config.choice("final_sigmas_type").equals("zero")
                ? 0
                : schedule.training().lowest();
        float[] sigmas = Sigmas.endingAt(schedule.sigmas(), last);
        boolean continuous = config.choice("timestep_type").equals("continuous")
                && config.choice("prediction_type").equals("v_prediction");
        return new EulerSampler(
                config, continuous ? quarterLogs(sigmas) : TimestepGrid.toFloat(schedule.timesteps()), sigmas);
    }

    /**
     * Levels evenly in log sigma over all of training, one more than there are steps, as diffusers
     * has it.
     */
    private static SigmaSchedule logLinear(SamplerConfig config, int steps) {
        SigmaGrid training =
                new SigmaGrid(TrainingSchedule.withFiniteSigmas(config).sigmas());
        float[] logs = Float32.linspace(training.logAt(training.size() - 1), training.logAt(0), steps + 1);
        double[] levels = new double[logs.length];
        for (int i = 0; i < logs.length; i++) {
            levels[i] = Float32.exp(logs[i]);
        }
        return new SigmaSchedule(TimestepGrid.fractional(config, steps), levels, training).reshaped(config, steps);
    }

    /**
     * The noise conditioning of continuous-time models: a quarter of log sigma (arXiv:2206.00364,
     * table 1).
     */
    private static float[] quarterLogs(float[] sigmas) {
        float[] timesteps = new float[sigmas.length - 1];
        for (int i = 0; i < timesteps.length; i++) {
            timesteps[i] = 0.25f * Float32.log(sigmas[i]);
        }
        return timesteps;
    }

    @Override
    Tensor update(int index, Tensor modelOutput, Tensor sample, NoiseSource noise) {
        float sigma = sigmas[index];
        Tensor clean = prediction.cleanAtSigma(modelOutput, sample, sigma);
        Tensor derivative = sample.minus(clean).dividedBy(sigma);
        return sample.plus(derivative.times(sigmas[index + 1] - sigma));
    }
}
