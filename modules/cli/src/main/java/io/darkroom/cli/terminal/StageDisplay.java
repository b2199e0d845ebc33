package io.darkroom.cli.terminal;

import io.darkroom.cli.client.JobNews;
import io.darkroom.contract.status.JobProgress;
import io.darkroom.contract.status.JobStatus;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A live line for each stage of one job: bars that are drawn again on a terminal; else one plain
 * line when a stage starts and one when it is done.
 */
public final class StageDisplay implements Consumer<JobNews> {
    private static final String UP_AND_CLEAR = "\u001b[1A\u001b[2K";

    private final Terminal terminal;
    private final LongSupplier clock;
    private final Map<String, StageLine> lines = new LinkedHashMap<>();
    private int drawn;

    public StageDisplay(Terminal terminal) {
        this(terminal, System::nanoTime);
    }

    StageDisplay(Terminal terminal, LongSupplier clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    /**
     * Announces a stage; one that is not announced appears when it is first heard of.
     *
     * @param what what it does with which model, as in {@code text2img tiny-emoji}
     */
    public StageDisplay stage(String id, String what) {
        lines.put(id, new StageLine(id, what, terminal.unicode()));
        return this;
    }

    @Override
    public void accept(JobNews news) {
        switch (news) {
            case JobNews.Progress(JobProgress progress) -> progress(progress);
            case JobNews.Status(JobStatus status) -> status(status);
            case JobNews.Reply _ -> {}
            case JobNews.Result _ -> draw();
        }
    }

    private void status(JobStatus status) {
        status.workItems().stream().flatMap(item -> item.stages().stream()).forEach(this::lineOf);
        draw();
    }

    private void progress(JobProgress progress) {
        StageLine line = lineOf(progress.stage());
        boolean was = line.finished();
        line.hear(progress, clock.getAsLong());
        if (terminal.interactive()) {
            draw();
        } else if (progress.phase() == JobProgress.Phase.STARTED) {
            terminal.remark(line.text(stageWidth(), whatWidth(), "started"));
        } else if (line.finished() && !was) {
            terminal.remark(line.text(stageWidth(), whatWidth(), clock.getAsLong()));
        }
    }

    private StageLine lineOf(String stage) {
        return lines.computeIfAbsent(stage, id -> new StageLine(id, "", terminal.unicode()));
    }

    private void draw() {
        if (!terminal.interactive() || lines.isEmpty()) {
            return;
        }
        PrintWriter err = terminal.err();
        err.print(UP_AND_CLEAR.repeat(drawn));
        long now = clock.getAsLong();
        lines.values().forEach(line -> err.println(line.text(stageWidth(), whatWidth(), now)));
        err.flush();
        drawn = lines.size();
    }

    private int stageWidth() {
        return lines.keySet().stream().mapToInt(String::length).max().orElse(0);
    }

    private int whatWidth() {
        return lines.values().stream()
                .mapToInt(line -> line.what().length())
                .max()
                .orElse(0);
    }
}
