package io.darkroom.pipelines;

import io.darkroom.diffusion.guidance.Guidance;
import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;

/**
 * Kandinsky's decoder predicts a variance behind the noise (Nichol and Dhariwal, arXiv:2102.09672): guidance moves the noise
 * only, and a sampler with a variance of its own is not given the learned one. As in diffusers, the latents are not scaled.
 */
record KandinskyPreconditioning(int latentChannels) implements Preconditioning {
    @Override
    public Tensor input(Tensor latents, Sampler sampler) {
        return latents;
    }

    @Override
    public float timestep(Sampler sampler) {
        return sampler.currentTimestep();
    }

    @Override
    public Tensor prediction(Tensor output, Tensor latents, Sampler sampler) {
        return sampler.takesVariance() ? output : Channels.first(output, latentChannels);
    }

    @Override
    public Tensor guided(Tensor unconditional, Tensor conditional, double scale) {
        int channels = conditional.dimension(1);
        Tensor noise = Guidance.combine(
                unconditional.channels(0, latentChannels), conditional.channels(0, latentChannels), scale);
        return channels == latentChannels
                ? noise
                : Channels.beside(noise, conditional.channels(latentChannels, channels));
    }
}
