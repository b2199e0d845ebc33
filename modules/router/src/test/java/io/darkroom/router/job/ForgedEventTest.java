package io.darkroom.router.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.contract.work.WorkProtocol;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is reported by those who were not given the attempt. */
class ForgedEventTest {
    private static final ByteString GUESSED = ByteString.copyFromUtf8("guessed");

    static Stream<JobEvent> forgeries() {
        return Stream.of(
                        Events.started(0, 1, "thief"),
                        Events.done(0, 1),
                        Events.failed(0, 1, "INPUT_REJECTED"),
                        Events.failed(0, 1, "STORE_UNAVAILABLE"))
                .flatMap(event -> Stream.of(event, History.withToken(event, GUESSED)));
    }

    @ParameterizedTest
    @MethodSource("forgeries")
    void anEventWithoutTheAttemptsTokenChangesNothingAndIsCounted(JobEvent forged) {
        for (History job : List.of(released(), released().then(Events.started(0, 1, "w1")))) {
            JobState before = job.state;
            job.outputs.clear();

            job.asTheyAre(forged);

            assertThat(job.state).isEqualTo(before);
            assertThat(job.outputs).containsExactly(new JobOutput.ForgedEvent(Events.key(1, 0, 1)));
        }
    }

    @Test
    void anOutcomeOfAnAttemptThatWasNotReleasedDoesNotCountEvenWithItsToken() {
        History job = History.of(Events.submitted());
        ByteString token = job.wanted().getFirst().getToken();

        job.asTheyAre(
                History.withToken(Events.started(0, 1, "thief"), token), History.withToken(Events.done(0, 1), token));

        assertThat(job.all(JobOutput.ForgedEvent.class)).hasSize(2);
        assertThat(((JobState.Active) job.state).items().getFirst()).isInstanceOf(ItemState.Queued.class);
    }

    @Test
    void anAttemptThatIsReleasedOnceMoreKeepsItsTokenSoThatTheFirstCopyCounts() {
        JobLimits impatient = JobLimits.DEFAULT.withUnstarted(Duration.ofMinutes(1));
        History job = new History(History.machine(impatient, KeptOutputs.NONE))
                .then(Events.submitted(), Events.released(0, 1))
                .untilTimer();
        List<WorkItem> copies = job.wanted();

        job.asTheyAre(History.withToken(Events.done(0, 1), copies.getFirst().getToken()));

        assertThat(copies)
                .hasSize(2)
                .allSatisfy(copy ->
                        assertThat(copy.getToken()).isEqualTo(copies.getFirst().getToken()));
        assertThat(job.wanted()).extracting(WorkItem::getIndex).contains(1, 2);
    }

    @Test
    void everyAttemptHasATokenOfItsOwnThatOnlyNewWorkersAreGiven() {
        History job = History.of(Events.submitted())
                .then(Events.failed(0, 1, "STORE_UNAVAILABLE"))
                .untilTimer()
                .then(Events.done(0, 2));

        assertThat(job.wanted()).hasSize(4).extracting(WorkItem::getToken).doesNotHaveDuplicates();
        assertThat(job.wanted())
                .allSatisfy(item -> assertThat(item.getProtocolVersion()).isEqualTo(WorkProtocol.TOKEN));
    }

    @Test
    void theTokenOfAnEarlierAttemptIsNotTheNextOnes() {
        History job = History.of(Events.submitted())
                .then(Events.failed(0, 1, "STORE_UNAVAILABLE"))
                .untilTimer()
                .then(Events.released(0, 2));
        ByteString first = job.wanted().getFirst().getToken();

        job.asTheyAre(History.withToken(Events.done(0, 2), first));

        assertThat(job.all(JobOutput.ForgedEvent.class)).hasSize(1);
        assertThat(job.results()).extracting(JobResult::status).isEmpty();
    }

    @Test
    void randomTokensAre128BitsAndNeverTheSame() {
        AttemptTokens tokens = AttemptTokens.random();
        List<ByteString> drawn = Stream.generate(tokens::next).limit(1000).toList();

        assertThat(drawn)
                .doesNotHaveDuplicates()
                .allSatisfy(token -> assertThat(token.size()).isEqualTo(16));
    }

    private static History released() {
        return History.of(Events.submitted()).then(Events.released(0, 1));
    }
}
