package io.darkroom.diffusion.sampler;

/**
 * The steps of both KDPM2 samplers.
 *
 * @param timesteps one per call: {@code t0 m0 t1 m1 ...}, where m is the timestep of a middle
 * @param sigmas one per step, and the one after the last
 * @param middles the level in the middle of each step; 0 in the last step, which is an Euler step
 */
record Kdpm2Schedule(float[] timesteps, float[] sigmas, float[] middles) {
    /** Picks the middle of a step from one level to the next. */
    @FunctionalInterface
    interface Middle {
        float between(float from, float to);
    }

    static Kdpm2Schedule of(SamplerConfig config, SamplerRun run, Middle middle) {
        if (config.trainTimesteps() < 2) {
            throw new SamplerOptionException(
                    "num_train_timesteps", "1 is not right, a level between two timesteps needs at least 2");
        }
        SigmaSchedule schedule = SigmaSchedule.of(config, run.numInferenceSteps());
        int steps = schedule.steps();
        float[] sigmas = Sigmas.endingAt(schedule.sigmas(), 0);
        float[] middles = new float[steps];
        float[] middleTimesteps = new float[steps];
        for (int i = 0; i < steps - 1; i++) {
            middles[i] = middle.between(sigmas[i], sigmas[i + 1]);
            middleTimesteps[i] = (float) schedule.training().timestepOf(middles[i]);
        }
        double[] own = schedule.timesteps();
        double[] whole = config.flag("use_karras_sigmas") ? TimestepGrid.mapped(own, Math::rint) : own;
        float[] timesteps = SecondOrder.interleaved(TimestepGrid.toFloat(whole), middleTimesteps);
        return new Kdpm2Schedule(timesteps, sigmas, middles);
    }

    /**
     * The level that diffusers keeps for each call: of a step's begin at its first call, of its end at
     * its second, which is where inpainting noises the original to between the two.
     */
    float[] sigmasPerCall() {
        float[] perCall = new float[2 * middles.length];
        for (int i = 0; i < perCall.length; i++) {
            perCall[i] = sigmas[(i + 1) / 2];
        }
        return perCall;
    }
}
