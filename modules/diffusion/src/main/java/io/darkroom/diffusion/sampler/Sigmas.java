package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.tensor.Tensor;

/** Arithmetic on noise levels in the convention "sample = signal + sigma * noise". */
final class Sigmas {
    private Sigmas() {}

    /** The levels in float32, and one more for the end of the last step. */
    static float[] endingAt(double[] levels, double last) {
        float[] sigmas = new float[levels.length + 1];
        for (int i = 0; i < levels.length; i++) {
            sigmas[i] = (float) levels[i];
        }
        sigmas[levels.length] = (float) last;
        return sigmas;
    }

    /**
     * What pure noise is multiplied with; leading spacing does not start at the noisiest timestep,
     * so it adds one.
     */
    static float initialScale(float[] sigmas, boolean leading) {
        float largest = 0;
        for (float sigma : sigmas) {
            largest = Math.max(largest, sigma);
        }
        return leading ? Float32.sqrt(largest * largest + 1.0f) : largest;
    }

    /** Scales a sample of a unit-variance signal and noise of this level to unit variance. */
    static Tensor toUnitVariance(Tensor sample, float sigma) {
        return sample.dividedBy(Float32.sqrt(sigma * sigma + 1.0f));
    }
}
