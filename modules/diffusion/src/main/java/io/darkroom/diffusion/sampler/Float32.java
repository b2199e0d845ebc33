package io.darkroom.diffusion.sampler;

/** Scalar float32 arithmetic as torch's CPU kernels, and numpy's, round it. */
final class Float32 {
    /** Coefficients of numpy's logarithm ({@code npy_simd_data.h}), from the constant up. */
    private static final float[] LOG_P = {
        0.0f,
        1.0f,
        2.112677543073053063722f,
        1.480000633576506585156f,
        0.3808837741388407920751f,
        0.02589979117907922693523f
    };

    private static final float[] LOG_Q = {
        1.0f,
        2.612677543073109236779f,
        2.453006071784736363091f,
        0.9864942958519418960339f,
        0.1546476374983906719538f,
        0.005875095403124574342950f
    };

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

    /**
     * {@code numpy.log} in float32 to the bit: numpy does not round it correctly, and an ulp decides
     * where a timestep is cut off to a whole number. The mantissa, from sqrt(1/2) to sqrt(2), goes
     * through numpy's rational approximation, each operation fused as on every x86-64 CPU with AVX2.
     */
    static float numpyLog(float value) {
        if (!(value >= Float.MIN_NORMAL && value <= Float.MAX_VALUE)) {
            return log(value);
        }
        int exponent = Math.getExponent(value) + 1;
        float mantissa = Math.scalb(value, -exponent);
        if (mantissa < (float) Math.sqrt(0.5)) {
            mantissa += mantissa;
            exponent--;
        }
        float x = mantissa - 1.0f;
        return Math.fma((float) exponent, (float) Math.log(2), fused(LOG_P, x) / fused(LOG_Q, x));
    }

    /** Horner's rule, from the highest coefficient down. */
    private static float fused(float[] coefficients, float x) {
        float sum = coefficients[coefficients.length - 1];
        for (int i = coefficients.length - 2; i >= 0; i--) {
            sum = Math.fma(sum, x, coefficients[i]);
        }
        return sum;
    }
}
