package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.tensor.Tensor;

/**
 * The forward process in the variance-preserving convention (Ho et al., 2020, arXiv:2006.11239, eq.
 * 4).
 */
final class AlphaNoising {
    private AlphaNoising() {}

    /** {@code sqrt(alpha) * original + sqrt(1 - alpha) * noise}. */
    static Tensor noised(Tensor original, Tensor noise, float alphaCumprod) {
        return original.times(Float32.sqrt(alphaCumprod)).plus(noise.times(Float32.sqrt(1.0f - alphaCumprod)));
    }
}
