package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Euler's method in the preconditioning of the EDM paper: Karras et al. (arXiv:2206.00364),
 * algorithm 2 without its second-order correction and without churn; the levels are equation 5's,
 * the scalings those of table 1, column "Ours". A network so trained is told a quarter of log sigma
 * instead of a training timestep.
 *
 * <p>diffusers: {@code EDMEulerScheduler}.
 */
final class EdmEulerSampler extends ScheduledSampler {
    static final SamplerKind KIND = SamplerKind.named("EDMEulerScheduler", EdmEulerSampler::of)
            .number("sigma_min", 0.002, Float.MIN_NORMAL, Float.MAX_VALUE)
            .number("sigma_max", 80.0, Float.MIN_NORMAL, Float.MAX_VALUE)
            .number("sigma_data", 0.5, Float.MIN_NORMAL, Float.MAX_VALUE)
            .choice("sigma_schedule", "karras", List.of("karras", "exponential"))
            .whole("num_train_timesteps", 1000, 1, 100_000)
            .predicting("epsilon", "v_prediction")
            .number("rho", 7.0, Float.MIN_NORMAL, Float.MAX_VALUE)
            .choice("final_sigmas_type", "zero", List.of("zero", "sigma_min"));

    private final float[] sigmas;
    private final double largestSigma;
    private final double sigmaData;

    /** The output's factor is positive for epsilon and negative for the velocity. */
    private final boolean negated;

    private EdmEulerSampler(SamplerConfig config, float[] sigmas) {
        super(quarterLogs(sigmas));
        this.sigmas = sigmas;
        this.largestSigma = config.number("sigma_max");
        this.sigmaData = config.number("sigma_data");
        this.negated = config.choice("prediction_type").equals("v_prediction");
    }

    private static EdmEulerSampler of(SamplerConfig config, SamplerRun run) {
        double[] levels = levels(config, run.numInferenceSteps());
        boolean endsAtZero = config.choice("final_sigmas_type").equals("zero");
        return new EdmEulerSampler(config, Sigmas.endingAt(levels, endsAtZero ? 0 : levels[levels.length - 1]));
    }

    private static double[] levels(SamplerConfig config, int steps) {
        double low = config.number("sigma_min");
        double high = config.number("sigma_max");
        if (config.choice("sigma_schedule").equals("karras")) {
            return SigmaGrid.karras(high, low, steps, config.number("rho"));
        }
        // diffusers counts these up from the lowest, so one step alone runs at sigma_min
        float[] ascending = Float32.linspace((float) Math.log(low), (float) Math.log(high), steps);
        double[] levels = new double[steps];
        for (int i = 0; i < steps; i++) {
            levels[i] = Float32.exp(ascending[steps - 1 - i]);
        }
        return levels;
    }

    private static float[] quarterLogs(float[] sigmas) {
        float[] timesteps = new float[sigmas.length - 1];
        for (int i = 0; i < timesteps.length; i++) {
            timesteps[i] = 0.25f * Float32.log(sigmas[i]);
        }
        return timesteps;
    }

    @Override
    public float initNoiseSigma() {
        return (float) Math.sqrt(largestSigma * largestSigma + 1);
    }

    @Override
    public OptionalDouble currentSigma() {
        return OptionalDouble.of(sigmas[index()]);
    }

    @Override
    public Tensor scaleModelInput(Tensor sample) {
        return sample.times(1.0f / Float32.sqrt(variance(sigmas[index()])));
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise) {
        return original.plus(noise.times(sigmas[index()]));
    }

    @Override
    Tensor update(int index, Tensor modelOutput, Tensor sample, NoiseSource noise) {
        float sigma = sigmas[index];
        float skip = (float) (sigmaData * sigmaData) * (1.0f / variance(sigma));
        float out = (negated ? -sigma : sigma) * (float) sigmaData / Float32.sqrt(variance(sigma));
        Tensor clean = sample.times(skip).plus(modelOutput.times(out));
        Tensor derivative = sample.minus(clean).dividedBy(sigma);
        return sample.plus(derivative.times(sigmas[index + 1] - sigma));
    }

    /** Of a sample at this level. */
    private float variance(float sigma) {
        return sigma * sigma + (float) (sigmaData * sigmaData);
    }
}
