package io.darkroom.diffusion.sampler;

/**
 * Timesteps and noise levels of the samplers that keep fractional timesteps (Euler, Heun, LMS,
 * KDPM2).
 *
 * @param timesteps one per step, from noisy to clean
 * @param sigmas one per step, in double as numpy has them
 * @param training the model's own levels
 */
record SigmaSchedule(double[] timesteps, double[] sigmas, SigmaGrid training) {

    /** The configuration's grid; a reshaped one spans the levels of the grid that it replaces. */
    static SigmaSchedule of(SamplerConfig config, int steps) {
        SigmaGrid training =
                new SigmaGrid(TrainingSchedule.withFiniteSigmas(config).sigmas());
        double[] timesteps = TimestepGrid.fractional(config, steps);
        return new SigmaSchedule(timesteps, training.at(timesteps), training).reshaped(config, steps);
    }

    SigmaSchedule reshaped(SamplerConfig config, int steps) {
        if (!SigmaGrid.isReshaped(config)) {
            return this;
        }
        double[] levels = SigmaGrid.reshaped(config, sigmas, steps);
        return new SigmaSchedule(training.timestepsOf(levels), levels, training);
    }

    int steps() {
        return timesteps.length;
    }
}
