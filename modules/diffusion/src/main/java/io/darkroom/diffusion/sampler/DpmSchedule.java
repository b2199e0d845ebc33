package io.darkroom.diffusion.sampler;

/**
 * Timesteps and noise-to-signal ratios of the samplers that follow DPM-Solver (DPM-Solver++, UniPC,
 * DEIS).
 *
 * @param timesteps whole numbers, from noisy to clean
 * @param sigmas one per timestep, and the one after the last step
 */
record DpmSchedule(float[] timesteps, float[] sigmas) {

    /** The schedule of the multistep solvers, ending at the given ratio. */
    static DpmSchedule multistep(SamplerConfig config, int steps, double finalSigma) {
        TrainingSchedule training = TrainingSchedule.withFiniteSigmas(config);
        return reshaped(
                config,
                steps,
                new SigmaGrid(training.sigmas()),
                grid(config, training, steps),
                finalSigma);
    }

    /** What {@code final_sigmas_type} says: zero, or the ratio of training timestep 0. */
    static double finalSigma(SamplerConfig config) {
        return config.choice("final_sigmas_type").equals("zero")
                ? 0
                : TrainingSchedule.withFiniteSigmas(config).sigmas()[0];
    }

    static DpmSchedule reshaped(
            SamplerConfig config,
            int steps,
            SigmaGrid training,
            double[] timesteps,
            double finalSigma) {
        double[] whole = timesteps;
        double[] levels;
        if (SigmaGrid.isReshaped(config)) {
            levels = SigmaGrid.reshaped(config, training.descending(), steps);
            double[] fractional = training.timestepsOf(levels);
            boolean rounds = config.flag("use_karras_sigmas") && roundsTimesteps(config);
            whole = TimestepGrid.mapped(fractional, rounds ? Math::rint : value -> (long) value);
        } else if (config.has("use_lu_lambdas") && config.flag("use_lu_lambdas")) {
            levels = lu(training.descending(), steps);
            double[] fractional = training.timestepsOf(levels);
            whole =
                    TimestepGrid.mapped(
                            fractional,
                            roundsTimesteps(config) ? Math::rint : value -> (long) value);
        } else {
            levels = training.at(timesteps);
        }
        return new DpmSchedule(TimestepGrid.toFloat(whole), Sigmas.endingAt(levels, finalSigma));
    }

    /**
     * Evenly in half log signal-to-noise ratio (Lu et al., 2022, arXiv:2206.00927, section 3.4).
     */
    private static double[] lu(double[] descending, int steps) {
        float high = Float32.log((float) descending[0]);
        float low = Float32.log((float) descending[descending.length - 1]);
        return TimestepGrid.mapped(
                TimestepGrid.evenly(0, 1, steps),
                ramp -> Math.exp(high + ramp * ((double) low - high)));
    }

    private static boolean roundsTimesteps(SamplerConfig config) {
        return !config.choice("beta_schedule").equals("squaredcos_cap_v2");
    }

    private static double[] grid(SamplerConfig config, TrainingSchedule training, int steps) {
        int trained = config.trainTimesteps();
        int last = trained - clipped(config, training);
        return switch (config.choice("timestep_spacing")) {
            case "linspace" ->
                    withoutLowest(
                            TimestepGrid.mapped(
                                    TimestepGrid.linspace(last, steps + 1), Math::rint));
            case "leading" ->
                    withoutLowest(
                            TimestepGrid.leading(last, steps + 1, config.whole("steps_offset")));
            case "trailing" -> TimestepGrid.trailing(trained, last, steps);
            default -> throw new IllegalStateException("timestep_spacing");
        };
    }

    /** How many of the noisiest timesteps lie below {@code lambda_min_clipped}. */
    static int clipped(SamplerConfig config, TrainingSchedule training) {
        if (!config.has("lambda_min_clipped")) {
            return 0;
        }
        double least = config.number("lambda_min_clipped");
        int clipped = 0;
        while (clipped < training.size()
                && halfLogSnr(training, training.size() - 1 - clipped) < least) {
            clipped++;
        }
        return clipped;
    }

    private static float halfLogSnr(TrainingSchedule training, int timestep) {
        float alpha = training.alphaCumprod(timestep);
        return Float32.log(Float32.sqrt(alpha)) - Float32.log(Float32.sqrt(1.0f - alpha));
    }

    private static double[] withoutLowest(double[] descending) {
        double[] kept = new double[descending.length - 1];
        System.arraycopy(descending, 0, kept, 0, kept.length);
        return kept;
    }
}
