package io.darkroom.pipelines;

import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;

/**
 * The latent upscaler's network sees the scaled latents with the small ones beside them, is told the noise as a quarter of
 * log sigma, and its output is turned into the clean sample as in Karras et al. (arXiv:2206.00364, table 1): {@code x /
 * (s^2 + 1) + out * s / sqrt(s^2 + 1)}.
 *
 * @param small the low-resolution latents, already at the latents' size
 */
record UpscalerPreconditioning(Tensor small) implements Preconditioning {

    @Override
    public Tensor input(Tensor latents, Sampler sampler) {
        return Channels.beside(sampler.scaleModelInput(latents), small);
    }

    @Override
    public float timestep(Sampler sampler) {
        return (float) Math.log(sigma(sampler)) * 0.25f;
    }

    @Override
    public Tensor prediction(Tensor output, Tensor latents, Sampler sampler) {
        // the fifth channel is a variance that nothing uses
        return clean(Channels.first(output, latents.dimension(1)), latents, sampler);
    }

    private static float sigma(Sampler sampler) {
        return (float) sampler.currentSigma().orElseThrow();
    }

    private static Tensor clean(Tensor output, Tensor noisy, Sampler sampler) {
        float sigma = sigma(sampler);
        float weight = 1.0f / (sigma * sigma + 1.0f);
        // the level itself, scaled like a sample
        float outputWeight =
                sampler.scaleModelInput(Tensor.of(new float[] {sigma}, 1)).data()[0];
        return noisy.times(weight).plus(output.times(outputWeight));
    }
}
