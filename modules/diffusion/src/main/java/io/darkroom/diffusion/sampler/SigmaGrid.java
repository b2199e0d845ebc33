package io.darkroom.diffusion.sampler;

import java.util.Arrays;

/**
 * Noise levels for the steps of a run, and the way back from a noise level to the model's timestep.
 *
 * <p>Shapes: Karras et al., 2022 (arXiv:2206.00364, eq. 5, rho 7); exponential (evenly in log
 * sigma); beta (Lee et al., 2024, arXiv:2407.12173, alpha = beta = 0.6). Double arithmetic, as
 * numpy does it, over float32 tables.
 */
final class SigmaGrid {
    private static final double KARRAS_RHO = 7.0;
    private static final double BETA_SHAPE = 0.6;
    private static final double LEAST_SIGMA = 1e-10;

    private final float[] sigmas;
    private final float[] logSigmas;

    /**
     * @param trainingSigmas the sigma of each training timestep, ascending
     */
    SigmaGrid(float[] trainingSigmas) {
        sigmas = trainingSigmas;
        logSigmas = new float[sigmas.length];
        for (int i = 0; i < sigmas.length; i++) {
            logSigmas[i] = Float32.numpyLog(sigmas[i]);
        }
    }

    /** Sigmas at fractional timesteps, linear between whole ones ({@code numpy.interp}). */
    double[] at(double[] timesteps) {
        return Arrays.stream(timesteps).map(this::interpolated).toArray();
    }

    /** All training sigmas, from noisy to clean. */
    double[] descending() {
        double[] descending = new double[sigmas.length];
        for (int i = 0; i < sigmas.length; i++) {
            descending[i] = sigmas[sigmas.length - 1 - i];
        }
        return descending;
    }

    /** The logarithm of the sigma of a training timestep. */
    float logAt(int timestep) {
        return logSigmas[timestep];
    }

    int size() {
        return sigmas.length;
    }

    double lowest() {
        return sigmas[0];
    }

    /** Whether the configuration replaces the sigmas of the timesteps by a shape of its own. */
    static boolean isReshaped(SamplerConfig config) {
        boolean karras = config.isOn("use_karras_sigmas");
        boolean exponential = config.isOn("use_exponential_sigmas");
        boolean beta = config.isOn("use_beta_sigmas");
        if ((karras && exponential) || (karras && beta) || (exponential && beta)) {
            throw new SamplerOptionException(
                    "use_karras_sigmas",
                    "only one of use_karras_sigmas, use_exponential_sigmas and use_beta_sigmas can be true");
        }
        return karras || exponential || beta;
    }

    /**
     * The shape that the configuration names, spanning the highest and lowest of the given sigmas.
     */
    static double[] reshaped(SamplerConfig config, double[] descending, int steps) {
        double high = limit(config, "sigma_max", descending[0]);
        double low = limit(config, "sigma_min", descending[descending.length - 1]);
        if (config.flag("use_karras_sigmas")) {
            return karras(high, low, steps, KARRAS_RHO);
        }
        return config.flag("use_exponential_sigmas") ? exponential(high, low, steps) : beta(high, low, steps);
    }

    /** The timestep whose training sigma this is, fractional, linear in log sigma. */
    double timestepOf(double sigma) {
        double logSigma = Math.log(Math.max(sigma, LEAST_SIGMA));
        int low = 0;
        while (low < logSigmas.length - 2 && logSigmas[low + 1] <= logSigma) {
            low++;
        }
        double weight = (logSigmas[low] - logSigma) / (logSigmas[low] - logSigmas[low + 1]);
        double inside = Math.min(Math.max(weight, 0.0), 1.0);
        return (1 - inside) * low + inside * (low + 1);
    }

    double[] timestepsOf(double[] levels) {
        return Arrays.stream(levels).map(this::timestepOf).toArray();
    }

    static double[] karras(double high, double low, int steps, double rho) {
        double highRoot = Math.pow(high, 1 / rho);
        double lowRoot = Math.pow(low, 1 / rho);
        return TimestepGrid.mapped(
                TimestepGrid.evenly(0, 1, steps), ramp -> Math.pow(highRoot + ramp * (lowRoot - highRoot), rho));
    }

    static double[] exponential(double high, double low, int steps) {
        return TimestepGrid.mapped(TimestepGrid.evenly(Math.log(high), Math.log(low), steps), Math::exp);
    }

    static double[] beta(double high, double low, int steps) {
        return TimestepGrid.mapped(
                TimestepGrid.evenly(0, 1, steps),
                ramp -> low + BetaQuantile.of(1 - ramp, BETA_SHAPE, BETA_SHAPE) * (high - low));
    }

    private static double limit(SamplerConfig config, String option, double otherwise) {
        return config.carried(option).orElse(otherwise);
    }

    private double interpolated(double timestep) {
        if (timestep <= 0) {
            return sigmas[0];
        }
        if (timestep >= sigmas.length - 1) {
            return sigmas[sigmas.length - 1];
        }
        int below = (int) timestep;
        double slope = (double) sigmas[below + 1] - sigmas[below];
        return slope * (timestep - below) + sigmas[below];
    }
}
