package io.darkroom.images;

/** Pillow's resampling kernels and the fixed-point coefficients made from them. */
enum ResizeFilter {
    BOX(0.5) {
        @Override
        double weight(double x) {
            return x > -0.5 && x <= 0.5 ? 1 : 0;
        }
    },
    BILINEAR(1) {
        @Override
        double weight(double x) {
            return Math.max(0, 1 - Math.abs(x));
        }
    },
    BICUBIC(2) {
        @Override
        double weight(double x) {
            double a = -0.5;
            double d = Math.abs(x);
            if (d < 1) {
                return ((a + 2) * d - (a + 3)) * d * d + 1;
            }
            return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
        }
    },
    LANCZOS(3) {
        @Override
        double weight(double x) {
            return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
        }
    };

    /** 32 bits less 8 for the result and 2 for sums that leave 0..255 on the way. */
    private static final int PRECISION_BITS = 32 - 8 - 2;

    private final double support;

    ResizeFilter(double support) {
        this.support = support;
    }

    abstract double weight(double x);

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
    }

    /**
     * @param in pixels there are
     * @param used how many of them count, from the first on
     */
    Coefficients coefficients(int in, double used, int out) {
        double scale = used / out;
        double stretch = Math.max(scale, 1);
        double reach = support * stretch;
        int[] first = new int[out];
        int[][] weights = new int[out][];
        for (int i = 0; i < out; i++) {
            double centre = (i + 0.5) * scale;
            first[i] = Math.max(0, (int) (centre - reach + 0.5));
            int end = Math.min(in, (int) (centre + reach + 0.5));
            weights[i] = fixedPoint(weightsAround(centre, first[i], end, stretch));
        }
        return new Coefficients(first, weights);
    }

    private double[] weightsAround(double centre, int first, int end, double stretch) {
        double[] weights = new double[end - first];
        double perPixel = 1 / stretch;
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = weight((i + first - centre + 0.5) * perPixel);
            sum += weights[i];
        }
        for (int i = 0; sum != 0 && i < weights.length; i++) {
            weights[i] /= sum;
        }
        return weights;
    }

    private static int[] fixedPoint(double[] weights) {
        int[] fixed = new int[weights.length];
        for (int i = 0; i < weights.length; i++) {
            fixed[i] = (int) (Math.copySign(0.5, weights[i]) + weights[i] * (1 << PRECISION_BITS));
        }
        return fixed;
    }

    /** For each output position the first input position and the weights from there on. */
    record Coefficients(int[] first, int[][] weights) {
        int first(int position) {
            return first[position];
        }

        /**
         * Sums the three channels of the pixels that lie {@code stride} bytes apart from {@code
         * from} on.
         */
        void apply(int position, byte[] in, int from, int stride, byte[] out, int to) {
            int half = 1 << (PRECISION_BITS - 1);
            int red = half;
            int green = half;
            int blue = half;
            int at = from;
            for (int weight : weights[position]) {
                red += (in[at] & 0xff) * weight;
                green += (in[at + 1] & 0xff) * weight;
                blue += (in[at + 2] & 0xff) * weight;
                at += stride;
            }
            out[to] = clip(red);
            out[to + 1] = clip(green);
            out[to + 2] = clip(blue);
        }

        private static byte clip(int sum) {
            return (byte) Math.clamp(sum >> PRECISION_BITS, 0, 255);
        }
    }
}
