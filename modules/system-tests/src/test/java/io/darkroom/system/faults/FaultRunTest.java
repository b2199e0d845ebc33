package io.darkroom.system.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.system.faults.FaultRun.Struck;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of fault once, in a system of processes under load, two at a time where they strike different processes;
 * {@code fault-run} is the long version.
 */
class FaultRunTest {

    private static final int JOBS = 60;

    @TempDir
    Path folder;

    @Test
    void everyJobHasItsOneResultWhateverFails() throws Exception {
        var dice = new Random(1);
        Map<Boolean, List<FaultKind>> kinds = FaultKind.ofOneVersion().stream()
                .filter(kind -> kind != FaultKind.NOTHING)
                .collect(Collectors.partitioningBy(kind -> kind.name().startsWith("WORKER")));
        Deque<FaultKind> ofWorkers = new ArrayDeque<>(kinds.get(true));
        Deque<FaultKind> ofOthers = new ArrayDeque<>(kinds.get(false));
        List<Struck> struck = new ArrayList<>();
        try (FaultRun run = FaultRun.start(new Fleet.Size(3, 1, 2, 1), folder, Optional.empty())) {
            while (!ofWorkers.isEmpty() || !ofOthers.isEmpty()) {
                List<FaultKind> wave = Stream.of(ofWorkers, ofOthers)
                        .flatMap(left -> Optional.ofNullable(left.poll()).stream())
                        .toList();
                struck.addAll(run.strike(wave, dice));
            }

            Verdict verdict = run.finish(JOBS);

            assertThat(struck)
                    .extracting(Struck::kind)
                    .hasSize(FaultKind.ofOneVersion().size() - 1)
                    .doesNotHaveDuplicates();
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
