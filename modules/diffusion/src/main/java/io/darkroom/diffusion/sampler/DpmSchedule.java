package io.darkroom.diffusion.sampler;

/**
 * Timesteps and noise-to-signal ratios of the samplers that follow DPM-Solver (DPM-Solver++, UniPC,
 * DEIS). They differ in the grid, in where the last step ends, and in how a reshaped grid's
 * timesteps become whole.
 *
 * @param timesteps whole numbers, from noisy to clean
 * @param sigmas one per timestep, and the one after the last step
 */
record DpmSchedule(float[] timesteps, float[] sigmas) {
    /** Ratios, their timesteps, and the model's own ratios. */
    private record Levels(double[] timesteps, double[] sigmas, SigmaGrid training) {
        double lowest() {
            return training.lowest();
        }

        double last() {
            return sigmas[sigmas.length - 1];
        }

        DpmSchedule endingAt(double finalSigma) {
            return new DpmSchedule(TimestepGrid.toFloat(timesteps), Sigmas.endingAt(sigmas, finalSigma));
        }
    }

    /** DPM-Solver++ multistep; it keeps fractions of cosine schedules, cut off. */
    static DpmSchedule multistep(SamplerConfig config, int steps) {
        TrainingSchedule training = TrainingSchedule.withFiniteSigmas(config);
        boolean rounds = !config.choice("beta_schedule").equals("squaredcos_cap_v2");
        Levels levels = levels(config, steps, training, grid(config, training, steps), rounds);
        return levels.endingAt(endsAtZero(config) ? 0 : levels.lowest());
    }

    /** DPM-Solver++ singlestep: linspace, whatever the spacing. */
    static DpmSchedule singlestep(SamplerConfig config, int steps) {
        TrainingSchedule training = TrainingSchedule.withFiniteSigmas(config);
        double[] grid = linspace(config.trainTimesteps() - clipped(config, training), steps);
        Levels levels = levels(config, steps, training, grid, true);
        return levels.endingAt(endsAtZero(config) ? 0 : levels.lowest());
    }

    /** UniPC: ends at zero, at the lowest ratio, or, reshaped, at its last ratio again. */
    static DpmSchedule unipc(SamplerConfig config, int steps) {
        TrainingSchedule training = TrainingSchedule.withFiniteSigmas(config);
        Levels levels = levels(config, steps, training, grid(config, training, steps), true);
        if (endsAtZero(config)) {
            return levels.endingAt(0);
        }
        return levels.endingAt(SigmaGrid.isReshaped(config) ? levels.last() : levels.lowest());
    }

    /**
     * DEIS, which cannot end at zero: at the lowest ratio or, reshaped, at its last ratio again.
     */
    static DpmSchedule endingLow(SamplerConfig config, int steps) {
        TrainingSchedule training = TrainingSchedule.withFiniteSigmas(config);
        Levels levels = levels(config, steps, training, grid(config, training, steps), true);
        return levels.endingAt(SigmaGrid.isReshaped(config) ? levels.last() : levels.lowest());
    }

    private static boolean endsAtZero(SamplerConfig config) {
        return config.choice("final_sigmas_type").equals("zero");
    }

    private static Levels levels(
            SamplerConfig config, int steps, TrainingSchedule schedule, double[] grid, boolean rounds) {
        SigmaGrid training = new SigmaGrid(schedule.sigmas());
        boolean reshaped = SigmaGrid.isReshaped(config);
        boolean karras = reshaped && config.flag("use_karras_sigmas");
        // where several are asked for, diffusers looks at Karras first, then Lu, then the others
        if (config.isOn("use_lu_lambdas") && !karras) {
            return whole(training, lu(training, steps), rounds);
        }
        if (reshaped) {
            double[] sigmas = SigmaGrid.reshaped(config, training.descending(), steps);
            return whole(training, sigmas, karras && rounds);
        }
        return new Levels(grid, training.at(grid), training);
    }

    private static Levels whole(SigmaGrid training, double[] sigmas, boolean rounds) {
        double[] fractional = training.timestepsOf(sigmas);
        return new Levels(
                TimestepGrid.mapped(fractional, rounds ? Math::rint : value -> (long) value), sigmas, training);
    }

    /**
     * Evenly in half log signal-to-noise ratio (Lu et al., 2022, arXiv:2206.00927, section 3.4).
     */
    private static double[] lu(SigmaGrid training, int steps) {
        float high = training.logAt(training.size() - 1);
        float low = training.logAt(0);
        return TimestepGrid.mapped(
                TimestepGrid.evenly(0, 1, steps), ramp -> Math.exp(high + ramp * ((double) low - high)));
    }

    private static double[] grid(SamplerConfig config, TrainingSchedule training, int steps) {
        int trained = config.trainTimesteps();
        int last = trained - clipped(config, training);
        return switch (config.choice("timestep_spacing")) {
            case "linspace" -> linspace(last, steps);
            case "leading" -> withoutLowest(TimestepGrid.leading(last, steps + 1, config.whole("steps_offset")));
            case "trailing" -> TimestepGrid.trailing(trained, last, steps);
            default -> throw new IllegalStateException("timestep_spacing");
        };
    }

    private static double[] linspace(int last, int steps) {
        return withoutLowest(TimestepGrid.mapped(TimestepGrid.linspace(last, steps + 1), Math::rint));
    }

    /** How many of the noisiest timesteps lie below {@code lambda_min_clipped}. */
    private static int clipped(SamplerConfig config, TrainingSchedule training) {
        if (!config.has("lambda_min_clipped")) {
            return 0;
        }
        double least = config.number("lambda_min_clipped");
        int clipped = 0;
        while (clipped < training.size() && halfLogSnr(training, training.size() - 1 - clipped) < least) {
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
