package io.darkroom.cli.sweep;

import java.util.EnumMap;
import java.util.Map;

/** What a sweep found, by what it made of it. */
final class SweepReport {
    private final Map<Finding, Count> counts = new EnumMap<>(Finding.class);

    /** What a file below the swept prefix is. */
    enum Finding {
        /** Of an attempt that is not the outcome, or latents that nothing waits for. */
        LEFTOVER("left over"),
        /** Kept for other jobs, longer ago than the router lets any take it. */
        EXPIRED("kept too long"),
        /** Kept for other jobs. */
        KEPT("kept"),
        /** A result points to it. */
        OUTCOME("in results"),
        /** Its job has no result yet. */
        LIVE("of live jobs"),
        /** Its job, or this run of it, is not known, or no longer. */
        UNKNOWN("of unknown jobs"),
        /** It, or its job's end, is younger than the time of grace. */
        YOUNG("too young"),
        /** Of another tenant, or nothing that an attempt wrote. */
        FOREIGN("not looked at");

        private final String words;

        /** Whether a sweep removes it. */
        boolean goes() {
            return this == LEFTOVER || this == EXPIRED;
        }

        Finding(String words) {
            this.words = words;
        }
    }

    /** Files, and their bytes. */
    record Count(long files, long bytes) {
        private static final Count NONE = new Count(0, 0);

        private Count plus(long moreBytes) {
            return new Count(files + 1, bytes + moreBytes);
        }
    }

    void add(Finding finding, long bytes) {
        counts.put(finding, of(finding).plus(bytes));
    }

    Count of(Finding finding) {
        return counts.getOrDefault(finding, Count.NONE);
    }

    /** One line for each finding that there is. */
    String lines() {
        var lines = new StringBuilder();
        for (Finding finding : Finding.values()) {
            Count count = of(finding);
            if (count.files() > 0 || finding == Finding.LEFTOVER) {
                lines.append("%-16s %,10d files %,16d bytes%n".formatted(finding.words, count.files(), count.bytes()));
            }
        }
        return lines.toString();
    }
}
