package io.darkroom.router.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.router.JobEvent;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * What holds whatever reaches a job: events repeated, reordered, of attempts that never were, at
 * any time.
 */
class JobMachinePropertiesTest {
    /** An event, and how long after the one before it was appended. */
    record Step(JobEvent event, Duration later) {}

    @Provide
    Arbitrary<List<Step>> histories() {
        Arbitrary<Integer> items = Arbitraries.integers().between(0, Events.ITEMS);
        Arbitrary<Integer> attempts = Arbitraries.integers().between(1, 4);
        Arbitrary<JobEvent> done = Combinators.combine(items.filter(i -> i < Events.ITEMS), attempts)
                .as(Events::done);
        Arbitrary<JobEvent> failed = Combinators.combine(
                        items,
                        attempts,
                        Arbitraries.of("STORE_UNAVAILABLE", "OUT_OF_MEMORY", "INTERNAL", "INPUT_REJECTED"))
                .as(Events::failed);
        Arbitrary<JobEvent> started = Combinators.combine(items, attempts, Arbitraries.of("w1", "w2", "w3"))
                .as(Events::started);
        Arbitrary<JobEvent> released = Combinators.combine(items, attempts).as(Events::released);
        Arbitrary<JobEvent> events = Arbitraries.frequencyOf(
                Tuple.of(8, done),
                Tuple.of(4, failed),
                Tuple.of(6, started),
                Tuple.of(4, released),
                Tuple.of(4, Arbitraries.just(Events.timerDue())),
                Tuple.of(2, Arbitraries.just(Events.submitted())),
                Tuple.of(
                        1,
                        Arbitraries.of(
                                Events.cancel(), Events.refused(), Events.reprioritise(Priority.PRIORITY_BULK))));
        Arbitrary<Duration> pauses =
                Arbitraries.of(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofMinutes(6));
        return Combinators.combine(events, pauses).as(Step::new).list().ofMaxSize(60);
    }

    @Property(tries = 2000)
    void anAcceptedJobHasExactlyOneResultByItsDeadline(@ForAll("histories") List<Step> steps) {
        History job = History.of(Events.submitted());
        play(job, steps);
        job.after(Events.DEADLINE).then(Events.timerDue());

        assertThat(job.results()).hasSize(1);
    }

    @Property(tries = 2000)
    void nothingIsWantedBeforeItCanRunOrAfterTheEndAndAllThatIsWantedIsFreed(@ForAll("histories") List<Step> steps) {
        History job = new History();
        play(job, steps);
        job.after(Events.DEADLINE).then(Events.timerDue());

        Set<AttemptKey> out = new HashSet<>();
        Set<Integer> runsEnded = new HashSet<>();
        for (JobOutput output : job.outputs) {
            switch (output) {
                case JobOutput.Want(var item) -> {
                    assertThat(runsEnded).doesNotContain(item.getJob().getRun());
                    assertThat(item.getInputsCount()).isEqualTo(item.getIndex() == 0 ? 0 : 1);
                    assertThat(out.add(attempt(item.getJob().getRun(), item.getIndex(), item.getAttempt())))
                            .isTrue();
                }
                case JobOutput.Free(var _, AttemptKey attempt) ->
                    assertThat(out.remove(attempt)).isTrue();
                case JobOutput.Result(JobResult result) ->
                    assertThat(runsEnded.add(result.run())).isTrue();
                case JobOutput.GivenUp _,
                        JobOutput.Reply _,
                        JobOutput.ForgedEvent _,
                        JobOutput.Status _,
                        JobOutput.Forgotten _,
                        JobOutput.StopWork _,
                        JobOutput.Keep _,
                        JobOutput.Lost _ -> {}
                case JobOutput.Move(var _, AttemptKey attempt, var _) ->
                    assertThat(out).contains(attempt);
            }
        }
        assertThat(out).isEmpty();
    }

    @Property(tries = 1000)
    void aPictureInTheResultIsOfTheOneAttemptThatWasAccepted(@ForAll("histories") List<Step> steps) {
        History job = History.of(Events.submitted());
        play(job, steps);

        for (JobResult result : job.results()) {
            assertThat(result.images()).hasSize(result.status() == JobResult.Status.SUCCEEDED ? Events.ITEMS - 1 : 0);
            assertThat(result.images()).extracting(JobResult.Image::stage).doesNotHaveDuplicates();
            for (JobResult.Image image : result.images()) {
                int attempts = result.stages().stream()
                        .filter(stage -> stage.stage().equals(image.stage()))
                        .findFirst()
                        .flatMap(JobResult.StageSummary::attempts)
                        .orElseThrow();
                assertThat(image.uri().toString()).contains("/" + attempts + "/");
            }
        }
    }

    @Property(tries = 500)
    void theSameHistoryGivesTheSameOutputs(@ForAll("histories") List<Step> steps) {
        History one = new History();
        History other = new History();
        play(one, steps);
        play(other, steps);

        assertThat(one.outputs).isEqualTo(other.outputs);
    }

    private static void play(History job, List<Step> steps) {
        for (Step step : steps) {
            job.after(step.later()).then(step.event());
        }
    }

    private static AttemptKey attempt(int run, int index, int attempt) {
        return Events.key(run, index, attempt);
    }
}
