package io.darkroom.diffusion.sampler;

/**
 * A noise level in the variance-preserving form of the DPM-Solver papers: {@code sample = alpha *
 * signal + sigma * noise}.
 *
 * @param alpha 0..1
 * @param sigma 0..1, {@code alpha^2 + sigma^2 = 1}
 */
record NoiseLevel(float alpha, float sigma) {
    /** From the ratio of noise to signal. */
    static NoiseLevel ofRatio(float ratio) {
        float alpha = 1.0f / Float32.sqrt(ratio * ratio + 1.0f);
        return new NoiseLevel(alpha, ratio * alpha);
    }

    /** Half the log signal-to-noise ratio; infinite where there is no noise. */
    float lambda() {
        return Float32.log(alpha) - Float32.log(sigma);
    }
}
