package io.darkroom.contract.error;

/**
 * Text of strangers, short enough to repeat in an error. It is valid Unicode whatever it is taken from: half a surrogate pair
 * would be written as {@code ?}, with a stack trace from each library that meets it.
 */
public final class Excerpt {
    private static final String CUT = "...";

    private Excerpt() {}

    /** The whole text where it has at most so many characters, else its beginning and three dots. */
    public static String of(String text, int characters) {
        if (text.length() <= characters) {
            return printable(text);
        }
        int end = Math.max(characters - CUT.length(), 0);
        if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1)) && Character.isLowSurrogate(text.charAt(end))) {
            end--;
        }
        return printable(text.substring(0, end)) + CUT;
    }

    /** Halves of surrogate pairs and NUL as JSON escapes them. */
    private static String printable(String text) {
        int odd = firstOdd(text);
        if (odd < 0) {
            return text;
        }
        StringBuilder shown = new StringBuilder(text.length() + 16).append(text, 0, odd);
        text.substring(odd).codePoints().forEach(point -> {
            if (isOdd(point)) {
                shown.append("\\u%04x".formatted(point));
            } else {
                shown.appendCodePoint(point);
            }
        });
        return shown.toString();
    }

    private static int firstOdd(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) == 0 || Character.isSurrogate(text.charAt(at))) {
                return at;
            }
        }
        return -1;
    }

    private static boolean isOdd(int point) {
        return point == 0 || point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }
}
