package io.darkroom.bench;

import java.util.Arrays;
import java.util.Locale;

/**
 * Measurements of one thing.
 *
 * @param median half of them are below
 * @param low a tenth of them are below
 * @param high a tenth of them are above
 */
public record Spread(double median, double low, double high) {
    /**
     * Of at least one value.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Spread of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("nothing was measured");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Spread(at(sorted, 0.5), at(sorted, 0.1), at(sorted, 0.9));
    }

    /** Between the two nearest values where the place lies between them. */
    private static double at(double[] sorted, double part) {
        double place = part * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /** For instance {@code 12.3 (11.9 to 13.0)}. */
    public String text(int decimals) {
        String number = "%." + decimals + "f";
        return String.format(Locale.ROOT, number + " (" + number + " to " + number + ")", median, low, high);
    }
}
