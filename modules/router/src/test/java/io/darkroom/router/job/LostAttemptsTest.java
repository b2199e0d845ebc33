package io.darkroom.router.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkFailed;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.JobEvent;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What workers lost, and whom the next attempt avoids. */
class LostAttemptsTest {
    @Test
    void aStartThatAnotherWorkerRepeatsIsCounted() {
        History job = History.of(Events.submitted(), Events.started(0, 1, "w1"), Events.started(0, 1, "w2"));

        assertThat(finished(job, 1).lostAttempts()).isEqualTo(1);
    }

    @Test
    void anAttemptThatIsSilentBeyondItsLimitIsCounted() {
        History job = History.of(Events.submitted(), Events.started(0, 1, "w1"));
        job.untilTimer().untilTimer();

        assertThat(finished(job, 2).lostAttempts()).isEqualTo(1);
    }

    @Test
    void theAttemptThatEndsTheJobIsCountedToo() {
        History job = History.of(Events.submitted());
        for (int attempt = 1; attempt <= 3; attempt++) {
            job.then(Events.started(0, attempt, "w1")).untilTimer();
            if (attempt < 3) {
                job.untilTimer();
            }
        }

        JobResult result = job.results().getFirst();
        assertThat(result.status()).isEqualTo(JobResult.Status.FAILED);
        assertThat(result.lostAttempts()).isEqualTo(3);
        assertThat(result.stages().getFirst().attempts()).contains(3);
    }

    @Test
    void theDeviceTimeOfAttemptsThatFailedIsSummed() {
        History job = History.of(Events.submitted(), failed(1, "w1", true, 40)).untilTimer();
        job.then(failed(2, "w2", false, 2)).untilTimer();

        JobResult result = finished(job, 3);
        assertThat(result.lostDeviceMs()).isEqualTo(42);
        assertThat(result.lostAttempts()).isZero();
    }

    @Test
    void aJobWithoutLossesSaysNothingOfThem() {
        JobResult result = finished(History.of(Events.submitted(), Events.started(0, 1, "w1")), 1);

        assertThat(result.lostAttempts()).isZero();
        assertThat(result.lostDeviceMs()).isZero();
    }

    @Test
    void theNextAttemptAvoidsWorkersThatFailedForReasonsOfTheirOwn() {
        History job = History.of(Events.submitted(), failed(1, "w1", true, 0)).untilTimer();
        job.then(failed(2, "w2", false, 0)).untilTimer();

        assertThat(job.wanted())
                .extracting(WorkItem::getAvoidList)
                .map(list -> String.join(" ", list))
                .containsExactly("", "w1", "w1");
    }

    @Test
    void fewWorkersAreAvoidedTheLatest() {
        Tries tries = IntStream.range(0, 20)
                .boxed()
                .reduce(Tries.FIRST, (before, number) -> before.afterFailureOf("w" + number, 0), (one, other) -> other);

        assertThat(tries.avoid()).hasSize(8).last().isEqualTo("w19");
        assertThat(tries.afterFailureOf("w15", 0).avoid())
                .hasSize(8)
                .doesNotHaveDuplicates()
                .last()
                .isEqualTo("w15");
    }

    private static JobResult finished(History job, int attempt) {
        job.then(Events.done(0, attempt), Events.done(1, 1), Events.done(2, 1));
        JobResult result = job.results().getFirst();
        assertThat(result.status()).isEqualTo(JobResult.Status.SUCCEEDED);
        return result;
    }

    private static JobEvent failed(int attempt, String worker, boolean workerAtFault, long deviceMillis) {
        return Events.work(WorkEvent.newBuilder()
                .setWorkerIncarnation(worker)
                .setFailed(WorkFailed.newBuilder()
                        .setAttempt(Events.key(1, 0, attempt))
                        .setErrorCode("STORE_UNAVAILABLE")
                        .setMessage("it went wrong")
                        .setWorkerAtFault(workerAtFault)
                        .setDeviceMillis(deviceMillis)));
    }
}
