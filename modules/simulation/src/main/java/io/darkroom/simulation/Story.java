package io.darkroom.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What happened, told line by line, for whoever has to understand a violation. */
final class Story {
    private final Timeline timeline;
    private final List<String> lines = new ArrayList<>();

    Story(Timeline timeline) {
        this.timeline = timeline;
    }

    void tell(String format, Object... arguments) {
        double seconds = Duration.between(Timeline.START, timeline.now()).toMillis() / 1000.0;
        lines.add(String.format(Locale.ROOT, "%9.3f s  ", seconds) + String.format(Locale.ROOT, format, arguments));
    }

    /** The lines that name a job, and those of faults, which name none. */
    List<String> of(String job) {
        return lines.stream()
                .filter(line -> line.contains(" " + job + " ") || line.endsWith(" " + job) || !line.contains("job-"))
                .toList();
    }
}
