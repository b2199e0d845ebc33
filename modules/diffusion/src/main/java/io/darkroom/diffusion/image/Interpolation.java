package io.darkroom.diffusion.image;

import io.darkroom.diffusion.tensor.Tensor;

/**
 * Other sizes for planes of numbers, as torch's {@code interpolate(mode="bicubic", align_corners=False)}: Keys, "Cubic
 * Convolution Interpolation for Digital Image Processing" (1981), with a = -0.75, the border repeated, and no smoothing where
 * it makes things smaller.
 */
public final class Interpolation {
    private static final float A = -0.75f;

    private Interpolation() {}

    /**
     * Each plane at another size.
     *
     * @param planes {@code [n, height, width]}
     * @return {@code [n, toHeight, toWidth]}
     */
    public static Tensor bicubic(Tensor planes, int toHeight, int toWidth) {
        int height = planes.dimension(1);
        int width = planes.dimension(2);
        Tensor resized = Tensor.zeros(planes.rows(), toHeight, toWidth);
        Taps rows = Taps.of(height, toHeight);
        Taps columns = Taps.of(width, toWidth);
        for (int plane = 0; plane < planes.rows(); plane++) {
            for (int y = 0; y < toHeight; y++) {
                for (int x = 0; x < toWidth; x++) {
                    float sum = 0;
                    for (int tap = 0; tap < 4; tap++) {
                        int start = plane * height * width + rows.source(y, tap) * width;
                        sum += rows.weight(y, tap) * acrossRow(planes, start, columns, x);
                    }
                    resized.data()[(plane * toHeight + y) * toWidth + x] = sum;
                }
            }
        }
        return resized;
    }

    private static float acrossRow(Tensor planes, int start, Taps columns, int x) {
        float sum = 0;
        for (int tap = 0; tap < 4; tap++) {
            sum += columns.weight(x, tap) * planes.data()[start + columns.source(x, tap)];
        }
        return sum;
    }

    /** Which four values each new one is made of along an axis, and how much each counts. */
    private record Taps(int[] sources, float[] weights) {
        static Taps of(int from, int to) {
            int[] sources = new int[4 * to];
            float[] weights = new float[4 * to];
            float scale = (float) from / to;
            for (int i = 0; i < to; i++) {
                float position = scale * (i + 0.5f) - 0.5f;
                int below = (int) Math.floor(position);
                float t = position - below;
                float[] four = {far(t + 1), near(t), near(1 - t), far(2 - t)};
                for (int tap = 0; tap < 4; tap++) {
                    sources[4 * i + tap] = Math.clamp(below - 1 + tap, 0, from - 1);
                    weights[4 * i + tap] = four[tap];
                }
            }
            return new Taps(sources, weights);
        }

        int source(int at, int tap) {
            return sources[4 * at + tap];
        }

        float weight(int at, int tap) {
            return weights[4 * at + tap];
        }

        private static float near(float distance) {
            return ((A + 2) * distance - (A + 3)) * distance * distance + 1;
        }

        private static float far(float distance) {
            return ((A * distance - 5 * A) * distance + 8 * A) * distance - 4 * A;
        }
    }
}
