package io.darkroom.diffusion.sampler;

/**
 * The quantile function of the beta distribution, by bisection on the regularised incomplete beta
 * function, which is summed as the continued fraction of Abramowitz and Stegun, 26.5.8.
 */
final class BetaQuantile {
    private static final int BISECTIONS = 200;
    private static final int TERMS = 500;
    private static final double TINY = 1e-300;
    private static final double ENOUGH = 1e-16;

    private BetaQuantile() {}

    /**
     * @param probability in 0..1
     * @param a first shape parameter, above 0
     * @param b second shape parameter, above 0
     */
    static double of(double probability, double a, double b) {
        if (probability <= 0 || probability >= 1) {
            return probability <= 0 ? 0 : 1;
        }
        double low = 0;
        double high = 1;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (low + high) / 2;
            if (cumulative(middle, a, b) < probability) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    private static double cumulative(double x, double a, double b) {
        if (x > (a + 1) / (a + b + 2)) {
            return 1 - cumulative(1 - x, b, a);
        }
        double front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b));
        return x <= 0 ? 0 : front * continuedFraction(x, a, b) / a;
    }

    /** Evaluated by Lentz's method. */
    private static double continuedFraction(double x, double a, double b) {
        double c = 1;
        double d = 1 / nonZero(1 - (a + b) * x / (a + 1));
        double value = d;
        for (int m = 1; m <= TERMS; m++) {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / nonZero(1 + even * d);
            c = nonZero(1 + even / c);
            value *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / nonZero(1 + odd * d);
            c = nonZero(1 + odd / c);
            double change = d * c;
            value *= change;
            if (Math.abs(change - 1) < ENOUGH) {
                break;
            }
        }
        return value;
    }

    private static double nonZero(double value) {
        return Math.abs(value) < TINY ? TINY : value;
    }

    private static double logBeta(double a, double b) {
        return logGamma(a) + logGamma(b) - logGamma(a + b);
    }

    /**
     * Stirling's series, after shifting the argument up to where it converges to double precision.
     */
    private static double logGamma(double x) {
        double shift = 0;
        double z = x;
        while (z < 15) {
            shift += Math.log(z);
            z++;
        }
        double inverse = 1 / (z * z);
        double series = (1.0 / 12 - inverse * (1.0 / 360 - inverse * (1.0 / 1260 - inverse / 1680))) / z;
        return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
    }
}
