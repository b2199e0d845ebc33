package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.tensor.Tensor;

/**
 * Noise mixed into something clean, as much of it as the training had at a timestep (Ho et al., 2020, arXiv:2006.11239, eq.
 * 4). diffusers: {@code DDPMScheduler.add_noise}.
 */
public final class TrainingNoise {
    private final TrainingSchedule schedule;

    private TrainingNoise(TrainingSchedule schedule) {
        this.schedule = schedule;
    }

    public static TrainingNoise of(SamplerConfig config) {
        return new TrainingNoise(TrainingSchedule.of(config));
    }

    /**
     * {@code sqrt(alpha) * clean + sqrt(1 - alpha) * noise}.
     *
     * @param noise standard normal, same shape
     * @param timestep from 0, the least noise, to below {@link #levels()}
     */
    public Tensor mixed(Tensor clean, Tensor noise, int timestep) {
        return AlphaNoising.noised(clean, noise, schedule.alphaCumprod(timestep));
    }

    /** How many timesteps there are; 1000 for all well-known models. */
    public int levels() {
        return schedule.size();
    }
}
