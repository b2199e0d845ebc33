package io.darkroom.contract.request;

import io.darkroom.contract.wire.Priority;
import java.util.Locale;

/** Priorities as JSON has them: {@code interactive}, {@code standard}, {@code bulk}. */
public final class PriorityName {
    private static final String PREFIX = "PRIORITY_";

    private PriorityName() {}

    /** Of a name that the schema has let through. */
    static Priority read(String name) {
        return Priority.valueOf(PREFIX + name.toUpperCase(Locale.ROOT));
    }

    public static String of(Priority priority) {
        return priority == Priority.PRIORITY_UNSPECIFIED
                ? of(Priority.PRIORITY_STANDARD)
                : priority.name().substring(PREFIX.length()).toLowerCase(Locale.ROOT);
    }
}
