package io.darkroom.system.faults;

import io.darkroom.system.faults.FaultRun.Struck;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a run showed, as Markdown. */
final class Report {

    private Report() {}

    /** @param further options of the command as they were given */
    record Settings(int faults, long seed, int brokers, int routers, String further) {}

    static String of(Settings settings, List<Struck> struck, Verdict verdict, Duration took) {
        var text = new StringBuilder();
        text.append(
                "`modules/system-tests/fault-run --faults %d --seed %d --brokers %d --routers %d%s`, %d minutes:%n%n"
                        .formatted(
                                settings.faults(),
                                settings.seed(),
                                settings.brokers(),
                                settings.routers(),
                                settings.further(),
                                took.toMinutes()));
        text.append("| | |%n| --- | ---: |%n".formatted());
        row(text, "jobs", verdict.jobs());
        row(text, "lost (no result)", verdict.lost().size());
        row(text, "duplicated (more than one result)", verdict.duplicated().size());
        row(text, "failed (a result without pictures)", verdict.failed().size());
        row(text, "dangling (a pointer without its bytes)", verdict.dangling().size());
        row(
                text,
                "other pictures than without faults, by more than 1/255",
                verdict.different().size());
        row(text, "pools whose topic is not drained", verdict.waiting().size());
        row(text, "topics on fewer brokers than there are", verdict.thin().size());
        text.append("%n| fault | count | recovery p50 | recovery max |%n| --- | ---: | ---: | ---: |%n".formatted());
        for (FaultKind kind : FaultKind.values()) {
            long[] millis = struck.stream()
                    .filter(one -> one.kind() == kind)
                    .mapToLong(one -> one.recovery().toMillis())
                    .sorted()
                    .toArray();
            if (millis.length > 0) {
                text.append("| %s | %d | %s | %s |%n"
                        .formatted(
                                kind.description(),
                                millis.length,
                                seconds(millis[millis.length / 2]),
                                seconds(Arrays.stream(millis).max().orElseThrow())));
            }
        }
        problems(text, verdict);
        return text.toString();
    }

    private static void row(StringBuilder text, String name, int count) {
        text.append("| %s | %d |%n".formatted(name, count));
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }

    private static void problems(StringBuilder text, Verdict verdict) {
        if (!verdict.kept()) {
            text.append("%nNot as promised: %s%n".formatted(verdict));
        }
    }
}
