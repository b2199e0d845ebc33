package io.darkroom.cli.bench;

import io.darkroom.bench.Spread;
import java.util.Locale;

/** Numbers as the table shows them. */
final class Cells {
    private Cells() {}

    static String ratio(Spread spread) {
        return String.format(Locale.ROOT, "%.3f", spread.median());
    }

    static String ratios(Spread spread) {
        return String.format(Locale.ROOT, "%.3f..%.3f", spread.low(), spread.high());
    }

    static String millis(Spread spread) {
        return String.format(Locale.ROOT, "%.0f ms", spread.median());
    }

    static String milliseconds(Spread spread) {
        return String.format(Locale.ROOT, "%.0f..%.0f ms", spread.low(), spread.high());
    }
}
