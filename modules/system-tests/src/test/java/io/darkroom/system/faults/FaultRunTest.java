package io.darkroom.system.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of fault once, in a system of processes under load; {@code fault-run} is the long version. */
class FaultRunTest {

    private static final int JOBS = 60;

    @TempDir
    Path folder;

    @Test
    void everyJobHasItsOneResultWhateverFails() throws Exception {
        var dice = new Random(1);
        try (FaultRun run = FaultRun.start(new Fleet.Size(1, 1, 2, 1), folder, Optional.empty())) {
            for (FaultKind kind : FaultKind.ofOneVersion()) {
                var unused = run.strike(kind, dice);
            }

            Verdict verdict = run.finish(JOBS);

            assertThat(verdict.lost()).isEmpty();
            assertThat(verdict.duplicated()).isEmpty();
            assertThat(verdict.failed()).isEmpty();
            assertThat(verdict.dangling()).isEmpty();
            assertThat(verdict.different()).isEmpty();
            assertThat(verdict.waiting()).isEmpty();
            assertThat(verdict.thin()).isEmpty();
        }
    }
}
