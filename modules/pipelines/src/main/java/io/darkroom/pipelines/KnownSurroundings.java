package io.darkroom.pipelines;

import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;

/**
 * Inpainting with a network that knows no masks: after each step, what is not masked becomes the picture again, with the same
 * noise as at the start and as much of it as the next step expects (Lugmayr et al., "RePaint", arXiv:2201.09865, equation 8,
 * without its resampling).
 *
 * @param picture its scaled latents
 * @param noise drawn at the start
 * @param mask of the latents' size
 */
record KnownSurroundings(Tensor picture, Tensor noise, Mask mask) implements Preconditioning {
    @Override
    public Tensor input(Tensor latents, Sampler sampler) {
        return OF_SAMPLER.input(latents, sampler);
    }

    @Override
    public float timestep(Sampler sampler) {
        return OF_SAMPLER.timestep(sampler);
    }

    @Override
    public Tensor prediction(Tensor output, Tensor latents, Sampler sampler) {
        return output;
    }

    @Override
    public Tensor stepped(Tensor latents, Sampler sampler) {
        return mask.choose(latents, sampler.done() ? picture : sampler.addNoise(picture, noise));
    }
}
