package io.darkroom.pipelines;

import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;

/**
 * A network that is shown more than the latents: the scaled latents come first, then these channels, the same at every step.
 *
 * @param beside {@code [rows, channels, h, w]}, a row for each picture
 */
record ChannelPreconditioning(Tensor beside) implements Preconditioning {
    @Override
    public Tensor input(Tensor latents, Sampler sampler) {
        return Channels.beside(sampler.scaleModelInput(latents), beside);
    }

    @Override
    public float timestep(Sampler sampler) {
        return sampler.currentTimestep();
    }

    @Override
    public Tensor prediction(Tensor output, Tensor latents, Sampler sampler) {
        return output;
    }
}
