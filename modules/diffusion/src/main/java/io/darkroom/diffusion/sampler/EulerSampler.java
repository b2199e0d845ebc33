package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Euler's method on the probability flow ODE: Karras et al., "Elucidating the Design Space of
 * Diffusion-Based Generative Models" (arXiv:2206.00364), algorithm 2 without its second-order
 * correction and without churn.
 *
 * <p>diffusers: {@code EulerDiscreteScheduler}.
 */
final class EulerSampler extends ScheduledSampler {
    static final SamplerKind KIND =
            SamplerKind.named("EulerDiscreteScheduler", EulerSampler::of)
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
    private final boolean leading;

    /** One per timestep, and the one after the last step. */
    private final float[] sigmas;

    private EulerSampler(SamplerConfig config, float[] timesteps, float[] sigmas) {
        super(timesteps);
        this.prediction = Prediction.of(config);
        this.leading = config.choice("timestep_spacing").equals("leading");
        this.sigmas = sigmas;
    }

    private static EulerSampler of(SamplerConfig config, SamplerRun run) {
        SigmaGrid training = new SigmaGrid(TrainingSchedule.withFiniteSigmas(config).sigmas());
        double[] timesteps = TimestepGrid.fractional(config, run.numInferenceSteps());
        double[] levels =
                config.choice("interpolation_type").equals("linear")
                        ? training.at(timesteps)
                        : logLinear(training, run.numInferenceSteps());
        if (SigmaGrid.isReshaped(config)) {
            levels = SigmaGrid.reshaped(config, levels, run.numInferenceSteps());
            timesteps = training.timestepsOf(levels);
        }
        double last = config.choice("final_sigmas_type").equals("zero") ? 0 : training.lowest();
        float[] sigmas = Sigmas.endingAt(levels, last);
        boolean continuous =
                config.choice("timestep_type").equals("continuous")
                        && config.choice("prediction_type").equals("v_prediction");
        return new EulerSampler(
                config, continuous ? quarterLogs(sigmas) : TimestepGrid.toFloat(timesteps), sigmas);
    }

    private static double[] logLinear(SigmaGrid training, int steps) {
        double[] all = training.descending();
        float[] logs =
                Float32.linspace(
                        Float32.log((float) all[0]),
                        Float32.log((float) all[all.length - 1]),
                        steps + 1);
        double[] levels = new double[logs.length];
        for (int i = 0; i < logs.length; i++) {
            levels[i] = Float32.exp(logs[i]);
        }
        return levels;
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
    public float initNoiseSigma() {
        return Sigmas.initialScale(sigmas, leading);
    }

    @Override
    public OptionalDouble currentSigma() {
        return OptionalDouble.of(sigmas[index()]);
    }

    @Override
    public Tensor scaleModelInput(Tensor sample) {
        return Sigmas.toUnitVariance(sample, sigmas[index()]);
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise) {
        return original.plus(noise.times(sigmas[index()]));
    }

    @Override
    Tensor update(int index, Tensor modelOutput, Tensor sample, NoiseSource noise) {
        float sigma = sigmas[index];
        Tensor clean = prediction.cleanAtSigma(modelOutput, sample, sigma);
        Tensor derivative = sample.minus(clean).dividedBy(sigma);
        return sample.plus(derivative.times(sigmas[index + 1] - sigma));
    }
}
