package io.darkroom.diffusion.random;

/**
 * The transform of Box and Muller (Ann. Math. Statist. 29(2), 1958) on 16 uniforms, to the bit as
 * torch's AVX2 kernel does it: the single-precision logarithm, sine and cosine of Moshier's Cephes
 * library, with every product that is only added to something fused into the addition, as the
 * compiler of torch's releases fuses it.
 *
 * <p>On a CPU without AVX2 torch takes the C library's functions, and differs by up to 3 ulp.
 */
final class BoxMuller {
    private static final int HALF_BLOCK = 8;
    private static final float TWO_PI = (float) (2.0 * Math.PI);

    private static final float ROOT_HALF = 0.707106781186547524f;
    private static final float LOG_2_HIGH = 0.693359375f;
    private static final float LOG_2_LOW = -2.12194440e-4f;

    /** Of {@code log(1 + x) = x - x^2 / 2 + x^3 * P(x)}, from the highest power down. */
    private static final float[] LOG = {
        7.0376836292e-2f,
        -1.1514610310e-1f,
        1.1676998740e-1f,
        -1.2420140846e-1f,
        1.4249322787e-1f,
        -1.6668057665e-1f,
        2.0000714765e-1f,
        -2.4999993993e-1f,
        3.3333331174e-1f
    };

    private static final float FOUR_OVER_PI = 1.27323954473516f;

    /** A quarter of pi in three parts, the first two short, so that multiples of them are exact. */
    private static final float[] QUARTER_PI = {0.78515625f, 2.4187564849853515625e-4f, 3.77489497744594108e-8f};

    private static final float[] SINE = {-1.9515295891e-4f, 8.3321608736e-3f, -1.6666654611e-1f};
    private static final float[] COSINE = {2.443315711809948e-5f, -1.388731625493765e-3f, 4.166664568298827e-2f};

    private BoxMuller() {}

    /**
     * The first 8 uniforms give the radii, the last 8 the angles; out come 8 cosines, then 8 sines.
     */
    static void transform(float[] values, int from) {
        for (int i = from; i < from + HALF_BLOCK; i++) {
            float radius = (float) Math.sqrt(-2.0f * log(1.0f - values[i]));
            float angle = TWO_PI * values[i + HALF_BLOCK];
            int octant = (int) (angle * FOUR_OVER_PI) + 1 & ~1;
            float x = reduced(angle, octant);
            float square = x * x;
            float sine = sine(x, square);
            float cosine = cosine(square);
            boolean swapped = (octant & 2) != 0;
            values[i] = radius * signed(swapped ? sine : cosine, (octant - 2 & 4) == 0);
            values[i + HALF_BLOCK] = radius * signed(swapped ? cosine : sine, (octant & 4) != 0);
        }
    }

    /**
     * @param value from 2^-24 to 1
     */
    private static float log(float value) {
        int exponent = Math.getExponent(value) + 1;
        float mantissa = Math.scalb(value, -exponent);
        boolean small = mantissa < ROOT_HALF;
        float power = small ? exponent - 1 : exponent;
        float x = small ? mantissa - 1.0f + mantissa : mantissa - 1.0f;
        float square = x * x;
        float tail = polynomial(LOG, x) * x;
        tail = Math.fma(tail, square, power * LOG_2_LOW);
        tail = Math.fma(-0.5f, square, tail);
        return Math.fma(power, LOG_2_HIGH, x + tail);
    }

    /** What is left of the angle after so many eighths of the circle. */
    private static float reduced(float angle, int octant) {
        float rest = angle;
        for (float part : QUARTER_PI) {
            rest = Math.fma(octant, -part, rest);
        }
        return rest;
    }

    private static float sine(float x, float square) {
        return Math.fma(polynomial(SINE, square) * square, x, x);
    }

    private static float cosine(float square) {
        return Math.fma(polynomial(COSINE, square) * square, square, -0.5f * square) + 1.0f;
    }

    private static float polynomial(float[] coefficients, float x) {
        float sum = coefficients[0];
        for (int i = 1; i < coefficients.length; i++) {
            sum = Math.fma(sum, x, coefficients[i]);
        }
        return sum;
    }

    private static float signed(float value, boolean negative) {
        return negative ? -value : value;
    }
}
