package io.darkroom.cli.local;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes as people write them: {@code 512MiB}, {@code 1.5GB}. */
public final class ByteSize {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?) ?([KMGT]?)(i?)B?");
    private static final String UNITS = "KMGT";
    private static final List<String> SHOWN = List.of("KiB", "MiB", "GiB", "TiB");

    private ByteSize() {}

    /** Empty if it is none, or 0. */
    public static Optional<Long> parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches() || (form.group(2).isEmpty() && !form.group(3).isEmpty())) {
            return Optional.empty();
        }
        double unit = form.group(2).isEmpty()
                ? 1
                : Math.pow(form.group(3).isEmpty() ? 1000 : 1024, UNITS.indexOf(form.group(2)) + 1.0);
        return Optional.of((long) (Double.parseDouble(form.group(1)) * unit)).filter(bytes -> bytes > 0);
    }

    /** With three digits at least, {@code 1.69 GiB}. */
    public static String shown(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double value = bytes / 1024.0;
        int unit = 0;
        while (value >= 1024 && unit < SHOWN.size() - 1) {
            value /= 1024;
            unit++;
        }
        int decimals = value < 10 ? 2 : value < 100 ? 1 : 0;
        return String.format(Locale.ROOT, "%." + decimals + "f %s", value, SHOWN.get(unit));
    }
}
