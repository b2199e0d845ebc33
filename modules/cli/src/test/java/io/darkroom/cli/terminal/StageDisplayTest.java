package io.darkroom.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.cli.client.JobNews;
import io.darkroom.contract.status.JobProgress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StageDisplayTest {
    private final StringWriter written = new StringWriter();
    private final AtomicLong clock = new AtomicLong();

    @Test
    void onATerminalTheBarAndTheTimeLeftAreDrawnAgain() {
        StageDisplay display = display(true);
        display.accept(progress(JobProgress.Phase.STARTED, 0, 1));
        clock.set(TimeUnit.SECONDS.toNanos(3));
        display.accept(progress(JobProgress.Phase.DENOISING, 5, 1));
        assertThat(written.toString())
                .contains("\u001b[1A")
                .contains("[######------------------]  5/20 steps  9.0 s left")
                .contains("large  upscale tiny-x2-latent  waiting");
    }

    @Test
    void elsewhereAStageIsOneLineAtItsStartAndOneAtItsEnd() {
        StageDisplay display = display(false);
        display.accept(progress(JobProgress.Phase.STARTED, 0, 1));
        display.accept(progress(JobProgress.Phase.DENOISING, 5, 1));
        clock.set(TimeUnit.SECONDS.toNanos(2));
        display.accept(progress(JobProgress.Phase.FINISHED, 20, 1));
        assertThat(written.toString().lines())
                .containsExactly(
                        "  draft  text2img tiny-emoji     started",
                        "  draft  text2img tiny-emoji     [########################]  20/20 steps  2.0 s");
    }

    @Test
    void aRetryBeginsAgainAndWhatComesLateFromTheFirstAttemptIsLeftOut() {
        StageDisplay display = display(true);
        display.accept(progress(JobProgress.Phase.DENOISING, 10, 1));
        display.accept(progress(JobProgress.Phase.STARTED, 0, 2));
        display.accept(progress(JobProgress.Phase.DENOISING, 15, 1));
        String last = written.toString().lines().toList().reversed().get(1);
        assertThat(last).contains("0/20 steps", "(attempt 2)");
    }

    @Test
    void aStageThatNobodyAnnouncedIsShownByItsId() {
        var display = new StageDisplay(new Terminal(nowhere(), new PrintWriter(written), false, false), clock::get);
        display.accept(progress(JobProgress.Phase.STARTED, 0, 1));
        display.accept(progress(JobProgress.Phase.FINISHED, 20, 1));
        assertThat(written.toString().lines())
                .containsExactly("  draft  started", "  draft  [########################]  20/20 steps  0.0 s");
    }

    /** Progress is not a result: nothing of it may come to standard output. */
    private static PrintWriter nowhere() {
        return new PrintWriter(new Writer() {
            @Override
            public void write(char[] text, int from, int length) {
                throw new AssertionError("on standard output: " + new String(text, from, length));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
    }

    private StageDisplay display(boolean interactive) {
        var terminal = new Terminal(nowhere(), new PrintWriter(written), interactive, false);
        return new StageDisplay(terminal, clock::get)
                .stage("draft", "text2img tiny-emoji")
                .stage("large", "upscale tiny-x2-latent");
    }

    private static JobNews progress(JobProgress.Phase phase, int step, int attempt) {
        return new JobNews.Progress(new JobProgress(
                1,
                "default",
                "job",
                1,
                "draft",
                phase,
                Optional.of(step),
                Optional.of(20),
                0,
                attempt,
                Optional.empty(),
                Instant.EPOCH));
    }
}
