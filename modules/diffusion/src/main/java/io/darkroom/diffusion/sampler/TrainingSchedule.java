package io.darkroom.diffusion.sampler;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * How noisy the model's training made a sample at each of its timesteps 0..N-1, in float32 as
 * diffusers holds it.
 *
 * <p>Schedules: linear (Ho et al., 2020, arXiv:2006.11239), scaled linear (Rombach et al., 2022,
 * arXiv:2112.10752), squared cosine (Nichol and Dhariwal, 2021, arXiv:2102.09672, eq. 17);
 * rescaling to zero terminal signal-to-noise ratio (Lin et al., 2023, arXiv:2305.08891, algorithm
 * 1).
 */
final class TrainingSchedule {
    private static final double LARGEST_BETA = 0.999;

    /**
     * Keeps the last sigma finite under zero terminal SNR; diffusers takes float16's smallest
     * subnormal.
     */
    private static final float NEARLY_ZERO_ALPHA = 0x1p-24f;

    private final float[] betas;
    private final float[] alphasCumprod;

    private TrainingSchedule(float[] betas) {
        this.betas = betas;
        this.alphasCumprod = cumulativeProduct(alphas(betas));
    }

    /** The schedule that a configuration's beta options name. */
    static TrainingSchedule of(SamplerConfig config) {
        float[] betas = config.numbers("trained_betas")
                .map(trained -> toArray(complete(trained, config.trainTimesteps())))
                .orElseGet(() -> namedBetas(config));
        boolean rescale = config.isOn("rescale_betas_zero_snr");
        return new TrainingSchedule(rescale ? withZeroTerminalSnr(betas) : betas);
    }

    /** diffusers fails with an index error at the first timestep that has none. */
    private static List<Float> complete(List<Float> trained, int timesteps) {
        if (trained.size() < timesteps) {
            throw new SamplerOptionException(
                    "trained_betas",
                    "has " + trained.size() + " numbers, it must have one for each of the " + timesteps
                            + " of num_train_timesteps");
        }
        return trained;
    }

    /** As {@link #of}, with the last alpha kept above zero so that its sigma is finite. */
    static TrainingSchedule withFiniteSigmas(SamplerConfig config) {
        TrainingSchedule schedule = of(config);
        if (config.isOn("rescale_betas_zero_snr")) {
            schedule.alphasCumprod[schedule.size() - 1] = NEARLY_ZERO_ALPHA;
        }
        return schedule;
    }

    int size() {
        return betas.length;
    }

    float beta(int timestep) {
        return betas[timestep];
    }

    /**
     * The product of {@code 1 - beta} up to and with this timestep. A negative timestep counts from
     * the end, as an index does in Python: trailing spacing yields -1 for some step counts.
     */
    float alphaCumprod(int timestep) {
        return alphasCumprod[timestep < 0 ? timestep + size() : timestep];
    }

    /**
     * The same schedule for a sampler that looks timesteps up by index.
     *
     * @throws SamplerOptionException if the grid reaches past the last training timestep
     */
    static TrainingSchedule covering(SamplerConfig config, double[] timesteps) {
        TrainingSchedule schedule = of(config);
        for (double timestep : timesteps) {
            if (timestep >= schedule.size()) {
                throw new SamplerOptionException(
                        "num_inference_steps",
                        "with this spacing and steps_offset the first timestep is "
                                + (int) timestep
                                + ", past the last training timestep "
                                + (schedule.size() - 1)
                                + "; take fewer steps or a smaller steps_offset");
            }
        }
        return schedule;
    }

    /**
     * Refuses to divide by the signal where there is none: a predicted noise says nothing about the
     * picture at a signal-to-noise ratio of zero (arXiv:2305.08891, section 3.3).
     */
    void requireSignal(Sampler run, Prediction prediction) {
        if (prediction == Prediction.EPSILON && !run.done() && alphaCumprod((int) run.currentTimestep()) == 0) {
            throw new SamplerOptionException(
                    "rescale_betas_zero_snr",
                    "leaves no signal at timestep "
                            + (int) run.currentTimestep()
                            + ", where a prediction of the noise says nothing; it needs prediction_type v_prediction or"
                            + " sample, or timestep_spacing leading");
        }
    }

    /** Noise over signal, {@code sqrt((1 - alpha) / alpha)}, for each timestep; ascending. */
    float[] sigmas() {
        float[] sigmas = new float[size()];
        for (int i = 0; i < sigmas.length; i++) {
            sigmas[i] = (float) Math.sqrt((1.0f - alphasCumprod[i]) / alphasCumprod[i]);
        }
        return sigmas;
    }

    private static float[] namedBetas(SamplerConfig config) {
        int steps = config.trainTimesteps();
        return switch (config.choice("beta_schedule")) {
            case "squaredcos_cap_v2" -> betas(steps, TrainingSchedule::cosineAlphaBar);
            case "exp" -> betas(steps, time -> Math.exp(time * -12.0));
            case String between -> betasBetween(between, config.number("beta_start"), config.number("beta_end"), steps);
        };
    }

    private static float[] betasBetween(String schedule, double start, double end, int steps) {
        return switch (schedule) {
            case "linear" -> Float32.linspace((float) start, (float) end, steps);
            case "scaled_linear" -> squared(Float32.linspace((float) Math.sqrt(start), (float) Math.sqrt(end), steps));
            case "sigmoid" -> sigmoid(start, end, steps);
            default -> throw new IllegalStateException("beta_schedule");
        };
    }

    /** From GeoDiff (Xu et al., 2022, arXiv:2203.02923): the logistic function from -6 to 6. */
    private static float[] sigmoid(double start, double end, int steps) {
        float[] betas = Float32.linspace(-6, 6, steps);
        for (int i = 0; i < steps; i++) {
            betas[i] = (float) (1 / (1 + Math.exp(-betas[i]))) * (float) (end - start) + (float) start;
        }
        return betas;
    }

    private static float[] betas(int steps, DoubleUnaryOperator alphaBar) {
        float[] betas = new float[steps];
        for (int i = 0; i < steps; i++) {
            double ratio = alphaBar.applyAsDouble((i + 1.0) / steps) / alphaBar.applyAsDouble((double) i / steps);
            betas[i] = (float) Math.min(1 - ratio, LARGEST_BETA);
        }
        return betas;
    }

    private static double cosineAlphaBar(double time) {
        double cosine = Math.cos((time + 0.008) / 1.008 * Math.PI / 2);
        return cosine * cosine;
    }

    private static float[] withZeroTerminalSnr(float[] betas) {
        float[] root = cumulativeProduct(alphas(betas));
        for (int i = 0; i < root.length; i++) {
            root[i] = (float) Math.sqrt(root[i]);
        }
        float first = root[0];
        float last = root[root.length - 1];
        float scale = first / (first - last);
        for (int i = 0; i < root.length; i++) {
            root[i] = (root[i] - last) * scale;
        }
        float[] alphaBar = squared(root);
        float[] rescaled = new float[betas.length];
        for (int i = 0; i < rescaled.length; i++) {
            rescaled[i] = 1.0f - (i == 0 ? alphaBar[0] : alphaBar[i] / alphaBar[i - 1]);
        }
        return rescaled;
    }

    private static float[] alphas(float[] betas) {
        float[] alphas = new float[betas.length];
        for (int i = 0; i < alphas.length; i++) {
            alphas[i] = 1.0f - betas[i];
        }
        return alphas;
    }

    /** torch accumulates float32 products in double and rounds each of them. */
    private static float[] cumulativeProduct(float[] factors) {
        float[] products = new float[factors.length];
        double product = 1.0;
        for (int i = 0; i < products.length; i++) {
            product *= factors[i];
            products[i] = (float) product;
        }
        return products;
    }

    private static float[] squared(float[] values) {
        float[] squares = new float[values.length];
        for (int i = 0; i < squares.length; i++) {
            squares[i] = values[i] * values[i];
        }
        return squares;
    }

    private static float[] toArray(List<Float> values) {
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return array;
    }
}
