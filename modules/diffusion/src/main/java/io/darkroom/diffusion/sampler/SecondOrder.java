package io.darkroom.diffusion.sampler;

/** The call lists of samplers that call the UNet twice per step, but once in the last step. */
final class SecondOrder {
    private SecondOrder() {}

    /** {@code t0 t1 t1 t2 t2 ...}: n values become 2n - 1. */
    static float[] twiceButFirst(float[] values) {
        float[] doubled = new float[2 * values.length - 1];
        for (int i = 0; i < doubled.length; i++) {
            doubled[i] = values[(i + 1) / 2];
        }
        return doubled;
    }

    /**
     * {@code t0 m0 t1 m1 t2 ...}: n values and what lies between each and the next become 2n - 1.
     */
    static float[] interleaved(float[] values, float[] between) {
        float[] all = new float[2 * values.length - 1];
        for (int i = 0; i < all.length; i++) {
            all[i] = i % 2 == 0 ? values[i / 2] : between[i / 2];
        }
        return all;
    }

    /** The level half way between two, in log sigma, as {@code torch.lerp} computes it. */
    static float geometricMiddle(float from, float to) {
        float logTo = Float32.log(to);
        return Float32.exp(logTo - (logTo - Float32.log(from)) * 0.5f);
    }
}
