package io.darkroom.diffusion.latent;

import io.darkroom.diffusion.tensor.Tensor;

/**
 * Between a VAE's latents and those that the UNet works on, which have about unit variance (Rombach
 * et al., arXiv:2112.10752, appendix G).
 *
 * @param factor the VAE's {@code scaling_factor}; 0.18215 for Stable Diffusion 1.x
 */
public record LatentScale(double factor) {
    public LatentScale {
        if (!(factor > 0) || Double.isInfinite(factor)) {
            throw new IllegalArgumentException("scaling_factor " + factor + " is not a number above 0");
        }
    }

    /** Latents as the UNet wants them. */
    public Tensor scaled(Tensor encoded) {
        return encoded.times((float) factor);
    }

    /** Latents as the VAE's decoder wants them. */
    public Tensor unscaled(Tensor latents) {
        return latents.dividedBy((float) factor);
    }
}
