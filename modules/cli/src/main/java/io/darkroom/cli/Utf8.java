package io.darkroom.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What came in as other bytes than UTF-8 has U+FFFD where the JVM could not read it. To go on would draw another prompt than the
 * user's and write to another file.
 */
final class Utf8 {
    private static final char UNREADABLE = '\uFFFD';

    private static final String ADVICE = " is not valid UTF-8 (what could not be read stands as \"?\")."
            + " Start Darkroom with ./darkroom, or in a UTF-8 locale such as LC_ALL=C.UTF-8, and pass UTF-8.";

    private static final Set<String> VARIABLES = Set.of("HOME", "TMPDIR");

    private static final List<String> PREFIXES = List.of("DARKROOM_", "XDG_", "AWS_");

    private Utf8() {}

    /**
     * What is wrong with how a process was started, if something is.
     *
     * @param folder the process' current one
     */
    static Optional<String> fault(String[] arguments, Map<String, String> environment, String folder) {
        for (int i = 0; i < arguments.length; i++) {
            if (isBroken(arguments[i])) {
                return Optional.of("argument " + (i + 1) + ", " + readable(arguments[i]) + "," + ADVICE);
            }
        }
        if (isBroken(folder)) {
            return Optional.of("the name of the current folder, " + readable(folder) + "," + ADVICE);
        }
        return new TreeMap<>(environment)
                .entrySet().stream()
                        .filter(variable -> isRead(variable.getKey()) && isBroken(variable.getValue()))
                        .findFirst()
                        .map(variable -> "$" + variable.getKey() + ", " + readable(variable.getValue()) + "," + ADVICE);
    }

    /** Of arguments that came out of an {@code @file}. */
    static Optional<String> faultInFile(List<String> arguments) {
        return arguments.stream()
                .filter(Utf8::isBroken)
                .findFirst()
                .map(argument -> "an argument in an @file, " + readable(argument) + "," + ADVICE);
    }

    private static boolean isRead(String variable) {
        return VARIABLES.contains(variable) || PREFIXES.stream().anyMatch(variable::startsWith);
    }

    /** Half a surrogate pair has no bytes in UTF-8 either. */
    private static boolean isBroken(String text) {
        return text.codePoints().anyMatch(c -> c == UNREADABLE || Character.getType(c) == Character.SURROGATE);
    }

    private static String readable(String text) {
        StringBuilder readable = new StringBuilder("\"");
        text.codePoints()
                .map(c -> c == UNREADABLE || Character.getType(c) == Character.SURROGATE ? '?' : c)
                .forEach(readable::appendCodePoint);
        return readable.append('"').toString();
    }
}
