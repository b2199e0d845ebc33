package io.darkroom.diffusion.sampler;

/**
 * What a network can be asked for, as far as samplers differ in it.
 *
 * @param wholeTimesteps whether it takes no timesteps with fractions
 * @param latentChannels of its samples
 * @param predictedChannels of its output; twice as many where it predicts variances too
 */
public record NetworkLimits(boolean wholeTimesteps, int latentChannels, int predictedChannels) {
    /** @throws SamplerOptionException if the sampler wants something else of its network */
    public void require(Sampler sampler) {
        if (sampler.takesVariance() && predictedChannels < 2 * latentChannels) {
            throw new SamplerOptionException(
                    "variance_type",
                    "a learned variance is wanted, but this model predicts only " + predictedChannels
                            + " channels; use fixed_small or fixed_small_log");
        }
        for (float timestep : sampler.timesteps()) {
            if (wholeTimesteps && timestep != Math.rint(timestep)) {
                throw new SamplerOptionException(
                        "scheduler",
                        "its timesteps have fractions ("
                                + timestep
                                + "), but this model takes only whole ones; use DDIMScheduler,"
                                + " PNDMScheduler or DPMSolverMultistepScheduler");
            }
        }
    }
}
