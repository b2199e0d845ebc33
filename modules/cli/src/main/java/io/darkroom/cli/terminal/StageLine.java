package io.darkroom.cli.terminal;

import io.darkroom.contract.status.JobProgress;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** One stage's progress as a line of text. Times come in as nanoseconds of one clock. */
final class StageLine {
    private static final int BAR = 24;

    private final String stage;
    private final String what;
    private final boolean unicode;
    private JobProgress.Phase phase;
    private int step;
    private int steps;
    private int attempt;
    private long startedAt;
    private long finishedAt;

    StageLine(String stage, String what, boolean unicode) {
        this.stage = stage;
        this.what = what;
        this.unicode = unicode;
    }

    String stage() {
        return stage;
    }

    String what() {
        return what;
    }

    boolean finished() {
        return phase == JobProgress.Phase.FINISHED;
    }

    /** Takes in a record; those of an attempt that another has replaced are left out. */
    void hear(JobProgress progress, long now) {
        if (progress.attempt() < attempt || (finished() && progress.attempt() == attempt)) {
            return;
        }
        if (phase == null || progress.attempt() > attempt) {
            startedAt = now;
            step = 0;
        }
        attempt = progress.attempt();
        phase = progress.phase();
        step = Math.max(step, progress.step().orElse(step));
        steps = progress.steps().orElse(steps);
        if (finished()) {
            step = steps;
            finishedAt = now;
        }
    }

    /** {@code draft text2img [####----] 12/20 0.4 s left}. */
    String text(int stageWidth, int whatWidth, long now) {
        return text(stageWidth, whatWidth, state(now));
    }

    /**
     * With other words than its own at the end.
     *
     * @param whatWidth 0 where no line of the display says what its stage does
     */
    String text(int stageWidth, int whatWidth, String state) {
        String name = "  " + padded(stage, stageWidth) + "  ";
        return (whatWidth == 0 ? name : name + padded(what, whatWidth) + "  ")
                .concat(state)
                .stripTrailing();
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    private String state(long now) {
        if (phase == null) {
            return "waiting";
        }
        String retry = attempt > 1 ? "  (attempt " + attempt + ")" : "";
        if (finished()) {
            return bar() + "  " + steps() + "  " + seconds(finishedAt - startedAt) + retry;
        }
        return bar()
                + "  "
                + steps()
                + remaining(now)
                        .map(left -> "  " + seconds(left.toNanos()) + " left")
                        .orElse("")
                + retry;
    }

    private String steps() {
        return steps == 0 ? "" : step + "/" + steps + " steps";
    }

    /** As long a step as the ones so far took on average. */
    private Optional<Duration> remaining(long now) {
        if (step == 0) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos((now - startedAt) * (steps - step) / step));
    }

    private String bar() {
        int filled = steps == 0 ? (finished() ? BAR : 0) : BAR * step / steps;
        return unicode
                ? "\u2588".repeat(filled) + "\u2591".repeat(BAR - filled)
                : "[" + "#".repeat(filled) + "-".repeat(BAR - filled) + "]";
    }

    static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }
}
