package io.darkroom.diffusion.sampler;

/** Scalar float32 arithmetic as torch's CPU kernels round it. */
final class Float32 {
    private Float32() {}

    /**
     * {@code torch.linspace} in float32: from both ends towards the middle, one fused multiply-add
     * per value.
     */
    static float[] linspace(float start, float end, int count) {
        float[] values = new float[count];
        if (count == 1) {
            values[0] = start;
            return values;
        }
        float step = (end - start) / (count - 1);
        for (int i = 0; i < count; i++) {
            values[i] = i < count / 2 ? Math.fma(step, i, start) : Math.fma(-step, count - 1 - i, end);
        }
        return values;
    }

    static float sqrt(float value) {
        return (float) Math.sqrt(value);
    }

    static float exp(float value) {
        return (float) Math.exp(value);
    }

    static float log(float value) {
        return (float) Math.log(value);
    }
}
