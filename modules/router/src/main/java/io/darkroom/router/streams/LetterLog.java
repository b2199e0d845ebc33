package io.darkroom.router.streams;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/**
 * Says what was refused, a line for each as long as they are few: what strangers send must not fill a disk. Of each kind the
 * first {@value #LINES} in a period are told, and with the period's end how many there were beside.
 */
final class LetterLog {
    static final int LINES = 5;

    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final Logger log;
    private final LongSupplier nanoClock;
    private final Map<String, Integer> told = new TreeMap<>();

    private long begun;

    LetterLog(Logger log) {
        this(log, System::nanoTime);
    }

    LetterLog(Logger log, LongSupplier nanoClock) {
        this.log = log;
        this.nanoClock = nanoClock;
        this.begun = nanoClock.getAsLong();
    }

    /** @param kind of a bounded number, such as codes of errors */
    void refused(String kind, String where) {
        if (mayTell(kind)) {
            log.info("dead letter {}: {}", where, kind);
        }
    }

    /** An event that the router itself could not decide on; its cause is a fault of this program. */
    void leftOut(String what, Throwable cause) {
        String kind = cause.getClass().getSimpleName();
        if (mayTell(kind)) {
            log.error("{} was left out and put into the dead letters: {}", what, cause.toString());
        }
        log.debug("{}", what, cause);
    }

    private boolean mayTell(String kind) {
        tellRest();
        return told.merge(kind, 1, Integer::sum) <= LINES;
    }

    /** To be called now and then, so that the end of a flood is told too. */
    void tellRest() {
        if (nanoClock.getAsLong() - begun < PERIOD.toNanos()) {
            return;
        }
        begun = nanoClock.getAsLong();
        String more = told.entrySet().stream()
                .filter(kind -> kind.getValue() > LINES)
                .map(kind -> kind.getKey() + " " + (kind.getValue() - LINES))
                .collect(Collectors.joining(", "));
        told.clear();
        if (!more.isEmpty()) {
            log.info("more dead letters that have no line of their own: {}", more);
        }
    }
}
