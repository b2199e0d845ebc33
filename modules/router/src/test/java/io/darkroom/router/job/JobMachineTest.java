package io.darkroom.router.job;

import static io.darkroom.contract.wire.Priority.PRIORITY_BULK;
import static io.darkroom.contract.wire.Priority.PRIORITY_INTERACTIVE;
import static io.darkroom.contract.wire.Priority.PRIORITY_STANDARD;
import static io.darkroom.router.job.Events.cancel;
import static io.darkroom.router.job.Events.done;
import static io.darkroom.router.job.Events.failed;
import static io.darkroom.router.job.Events.refused;
import static io.darkroom.router.job.Events.released;
import static io.darkroom.router.job.Events.replay;
import static io.darkroom.router.job.Events.reprioritise;
import static io.darkroom.router.job.Events.started;
import static io.darkroom.router.job.Events.submitted;
import static io.darkroom.router.job.Events.timerDue;
import static io.darkroom.router.job.Events.turnedAway;
import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.contract.result.JobReply.Outcome;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.result.JobResult.Status;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkItem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobMachineTest {
    @Test
    void whatWaitsForNothingIsWantedAtAdmissionAndTheRestWhenItsInputIsThere() {
        History job = History.of(submitted());
        assertThat(job.wanted()).extracting(WorkItem::getIndex).containsExactly(0);

        job.then(done(0, 1));
        assertThat(job.wanted()).extracting(WorkItem::getIndex).containsExactly(0, 1, 2);
        assertThat(job.wanted().get(2).getInputs(0).getInlineLatents().getVaeDigest())
                .isEqualTo("vae");
    }

    @Test
    void anAttemptMayTakeWhatItIsExpectedToCostFromItsStartOn() {
        Duration cheap = limitOf(1_000);
        Duration dear = limitOf(1_000_000);

        assertThat(cheap).isEqualTo(Duration.ofMinutes(2).plusMillis(250));
        assertThat(dear).isEqualTo(Duration.ofMinutes(2).plusSeconds(250));
        assertThat(limitOf(Long.MAX_VALUE)).isEqualTo(Duration.ofMinutes(50));
    }

    @Test
    void timeInTheQueueIsNotTakenOffAnAttempt() {
        History job = History.of(Events.submittedCosting(1_000_000))
                .after(Duration.ofMinutes(30))
                .then(released(0, 1))
                .after(Duration.ofMinutes(5))
                .then(started(0, 1, "w"))
                .after(Duration.ofMinutes(6))
                .then(timerDue());
        assertThat(job.freed()).isEmpty();

        job.after(Duration.ofMinutes(1)).then(timerDue());
        assertThat(job.freed()).containsExactly("0/1");
    }

    private static Duration limitOf(long cost) {
        return Duration.ofMillis(
                History.of(Events.submittedCosting(cost)).wanted().getFirst().getAttemptLimitMillis());
    }

    @Test
    void aJobThatNamesNoDeadlineHasTimeForAllItsAttemptsAndToWait() {
        History job = History.of(Events.submittedCosting(1_000_000));
        Duration attempts =
                Duration.ofMinutes(2).plusSeconds(250).plusSeconds(15).multipliedBy(3);

        assertThat(Duration.between(
                        job.now, Instant.ofEpochMilli(job.wanted().getFirst().getDeadlineEpochMillis())))
                .isEqualTo(Duration.ofHours(1).plus(attempts));
    }

    @Test
    void aJobSucceedsWhenItsLastWorkItemIsDone() {
        History job = History.of(submitted(), done(0, 1), done(2, 1));
        assertThat(job.results()).isEmpty();

        job.then(done(1, 1));
        assertThat(job.results()).singleElement().satisfies(JobMachineTest::hasBothPictures);
        assertThat(job.freed()).containsExactly("0/1", "2/1", "1/1");
    }

    private static void hasBothPictures(JobResult result) {
        assertThat(result.status()).isEqualTo(Status.SUCCEEDED);
        assertThat(result.images()).extracting("stage").containsExactly("left", "right");
        assertThat(result.labels()).containsEntry("sku", "88-1");
    }

    @Test
    void aRepeatedOutcomeIsIgnored() {
        History job = History.of(submitted(), done(0, 1), done(0, 1));

        assertThat(job.wanted()).hasSize(3);
    }

    @Test
    void theOutcomeOfASupersededAttemptIsIgnored() {
        History job = History.of(submitted(), failed(0, 1, "STORE_UNAVAILABLE")).untilTimer();
        job.then(done(0, 1));
        assertThat(job.wanted()).extracting(WorkItem::getAttempt).containsExactly(1, 2);

        job.then(done(0, 2));
        assertThat(job.wanted()).hasSize(4);
    }

    @Test
    void theOutcomeOfAnotherRunIsIgnored() {
        History job = History.of(submitted(), done(2, 0, 1));

        assertThat(job.wanted()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"STORE_UNAVAILABLE", "OUT_OF_MEMORY", "INTERNAL", "A_CODE_OF_A_NEWER_WORKER"})
    void whatMayPassIsTriedThreeTimes(String code) {
        History job = History.of(submitted(), failed(0, 1, code)).untilTimer();
        job.then(failed(0, 2, code)).untilTimer();
        assertThat(job.results()).isEmpty();

        job.then(failed(0, 3, code));
        JobResult result = job.results().getFirst();
        assertThat(result.status()).isEqualTo(Status.FAILED);
        assertThat(result.error().orElseThrow().code()).isEqualTo(ErrorCode.ofName(code));
        assertThat(result.error().orElseThrow().stage()).hasValue("draft");
        assertThat(job.freed()).containsExactly("0/1", "0/2", "0/3");
    }

    @Test
    void theUsersFaultIsNotTriedAgain() {
        History job = History.of(submitted(), failed(0, 1, "INPUT_REJECTED"));

        assertThat(job.results()).extracting(JobResult::status).containsExactly(Status.FAILED);
        assertThat(job.wanted()).hasSize(1);
    }

    @Test
    void anAttemptThatWasStartedAndIsSilentIsTriedAgain() {
        History job = History.of(submitted(), released(0, 1), started(0, 1, "w1"));
        job.after(Events.ATTEMPT_LIMIT).then(timerDue());
        assertThat(job.wanted()).hasSize(1);

        job.untilTimer().untilTimer();
        assertThat(job.wanted()).extracting(WorkItem::getAttempt).containsExactly(1, 2);
    }

    @Test
    void whatNoWorkerStartedIsReleasedAgainAtNoCost() {
        JobMachine impatient =
                History.machine(JobLimits.DEFAULT.withUnstarted(Duration.ofMinutes(1)), KeptOutputs.NONE);
        History job = new History(impatient).then(submitted(), released(0, 1));

        for (int again = 0; again < 10; again++) {
            job.untilTimer().then(released(0, 1));
        }

        assertThat(job.wanted()).hasSize(11).extracting(WorkItem::getAttempt).containsOnly(1);
        assertThat(job.freed()).hasSize(10);
        assertThat(job.results()).isEmpty();
    }

    @Test
    void aWorkItemThatLosesItsWorkersIsGivenUpAtTheFourthStart() {
        History job = History.of(
                submitted(), started(0, 1, "w1"), started(0, 1, "w1"), started(0, 1, "w2"), started(0, 1, "w3"));
        assertThat(job.results()).isEmpty();

        job.then(started(0, 1, "w4"));
        assertThat(job.results().getFirst().error().orElseThrow().code()).isEqualTo(ErrorCode.ATTEMPT_TIMED_OUT);
    }

    @Test
    void aJobExpiresAtItsDeadlineAndNotBefore() {
        History job = History.of(submitted(), done(0, 1));
        job.after(Events.DEADLINE.minusMillis(1)).then(timerDue());
        assertThat(job.results()).isEmpty();

        job.after(Duration.ofMillis(1)).then(timerDue());
        assertThat(job.results()).extracting(JobResult::status).containsExactly(Status.EXPIRED);
        assertThat(job.freed()).containsExactly("0/1", "1/1", "2/1");
        assertThat(job.all(JobOutput.StopWork.class)).hasSize(1);
    }

    @Test
    void anOutcomeReadAfterTheDeadlineCountsWhileTheDeadlineHasNotFired() {
        History job = History.of(submitted(), done(0, 1), done(1, 1));
        job.after(Events.DEADLINE.plus(Duration.ofHours(2))).then(done(2, 1), timerDue());

        assertThat(job.results()).extracting(JobResult::status).containsExactly(Status.SUCCEEDED);
    }

    @Test
    void aCancelledJobFreesWhatIsOutAndTellsItsWorkers() {
        History job = History.of(submitted(), done(0, 1), started(1, 1, "w1"), cancel(), done(1, 1), done(2, 1));

        assertThat(job.results()).extracting(JobResult::status).containsExactly(Status.CANCELLED);
        assertThat(job.results().getFirst().error().orElseThrow().message()).endsWith("not needed");
        assertThat(job.freed()).containsExactly("0/1", "1/1", "2/1");
        assertThat(job.all(JobOutput.StopWork.class)).hasSize(1);
        assertThat(job.replies()).containsExactly(Outcome.CANCELLED);
    }

    @Test
    void aCancellationWaitsTenMinutesForItsJob() {
        History job = History.of(cancel()).after(Duration.ofMinutes(9)).then(submitted());

        assertThat(job.results()).extracting(JobResult::status).containsExactly(Status.CANCELLED);
        assertThat(job.wanted()).isEmpty();
        assertThat(job.replies()).containsExactly(Outcome.UNKNOWN_JOB, Outcome.CANCELLED);
    }

    @Test
    void aCancellationThatNoJobFollowsIsForgotten() {
        History job = History.of(cancel()).untilTimer();

        assertThat(job.state).isEqualTo(new JobState.Unknown());
        assertThat(job.then(submitted()).wanted()).hasSize(1);
    }

    @Test
    void aFinishedJobIsNotCancelled() {
        History job = History.of(submitted(), done(0, 1), done(1, 1), done(2, 1), cancel());

        assertThat(job.results()).hasSize(1);
        assertThat(job.replies()).containsExactly(Outcome.ALREADY_FINISHED);
    }

    @Test
    void aRepeatIsADuplicateOtherContentAConflictAndABrokenOneInvalid() {
        History live = History.of(submitted(), submitted(), submitted("other"), refused());
        assertThat(live.replies()).containsExactly(Outcome.DUPLICATE, Outcome.CONFLICT, Outcome.INVALID);

        live.then(done(0, 1), done(1, 1), done(2, 1), submitted(), submitted("other"), refused());
        assertThat(live.replies().subList(3, 6)).containsExactly(Outcome.DUPLICATE, Outcome.CONFLICT, Outcome.INVALID);
        assertThat(live.results()).hasSize(1);
    }

    @Test
    void aRefusedRequestIsRejectedWithItsFaultsAndItsIdCanBeUsedAgain() {
        History job = History.of(refused());
        assertThat(job.results().getFirst().error().orElseThrow().faults())
                .extracting(Object::toString)
                .containsExactly("stages[0].strength: 1.4 is outside 0..1");

        job.then(refused(), submitted());
        assertThat(job.results()).extracting(JobResult::run).containsExactly(1, 2);
        assertThat(job.wanted()).extracting(item -> item.getJob().getRun()).containsExactly(3);
    }

    @Test
    void aFinishedJobIsForgottenAfterSevenDays() {
        History job = History.of(submitted(), cancel());
        assertThat(job.machine.nextTimer(job.state)).hasValue(job.now.plus(Duration.ofDays(7)));

        job.untilTimer();
        assertThat(job.all(JobOutput.Forgotten.class)).hasSize(1);
        assertThat(job.state).isEqualTo(new JobState.Unknown());
    }

    @Test
    void anOutcomeOtherThanAskedForIsAFaultOfTheSystemAndTriedAgain() {
        WorkEvent.Builder withoutLatents = done(0, 1).getWork().toBuilder();
        withoutLatents.getDoneBuilder().clearHandover();

        History job = History.of(submitted(), Events.work(withoutLatents)).untilTimer();

        assertThat(job.wanted()).extracting(WorkItem::getAttempt).containsExactly(1, 2);
    }

    @Test
    void aHandoverIsKeptUntilAllWhoTakeItAreDone() {
        History job = History.of(submitted(), done(0, 1), done(1, 1));
        assertThat(handoverOfFirst(job)).isEqualTo(1);

        job.then(failed(2, 1, "INTERNAL")).untilTimer();
        assertThat(job.wanted().getLast().getInputsCount()).isEqualTo(1);
    }

    @Test
    void whatStillWaitsOfAJobIsMovedAndWhatIsToComeIsWantedWithTheNewPriority() {
        History job = History.of(submitted(), reprioritise(PRIORITY_BULK));
        assertThat(job.all(JobOutput.Move.class))
                .extracting(move -> move.attempt().getIndex())
                .containsExactly(0);
        assertThat(job.replies()).containsExactly(Outcome.REPRIORITISED);

        job.then(started(0, 1, "w1"), reprioritise(PRIORITY_INTERACTIVE), done(0, 1));
        assertThat(job.all(JobOutput.Move.class)).hasSize(1);
        assertThat(job.wanted())
                .extracting(WorkItem::getPriority)
                .containsExactly(PRIORITY_STANDARD, PRIORITY_INTERACTIVE, PRIORITY_INTERACTIVE);
    }

    @Test
    void aPriorityForAJobThatIsOverOrWasNeverHereIsAnsweredAsSuch() {
        History job = History.of(reprioritise(PRIORITY_BULK), submitted(), cancel(), reprioritise(PRIORITY_BULK));

        assertThat(job.replies()).containsExactly(Outcome.UNKNOWN_JOB, Outcome.CANCELLED, Outcome.ALREADY_FINISHED);
    }

    @Test
    void aJobThatIsTurnedAwayIsRejectedAndItsIdIsFree() {
        History job = History.of(submitted(), turnedAway(0, 1));
        assertThat(job.results()).singleElement().satisfies(result -> {
            assertThat(result.status()).isEqualTo(Status.REJECTED);
            assertThat(result.error().orElseThrow().code()).isEqualTo(ErrorCode.TENANT_LIMIT);
            assertThat(result.error().orElseThrow().message()).isEqualTo("full");
        });

        job.then(submitted());
        assertThat(job.wanted().getLast().getJob().getRun()).isEqualTo(2);
    }

    @Test
    void aJobThatFailedRunsAgainWithTheSameSeedsAndAsMuchTimeAsBefore() {
        History job = History.of(submitted(), failed(0, 1, "INPUT_REJECTED")).after(Duration.ofHours(3));
        job.then(replay(PRIORITY_BULK));

        assertThat(job.replies()).containsExactly(Outcome.REPLAYED);
        WorkItem again = job.wanted().getLast();
        assertThat(again.getJob().getRun()).isEqualTo(2);
        assertThat(again.getPriority()).isEqualTo(PRIORITY_BULK);
        assertThat(again.getStagesList()).isEqualTo(job.wanted().getFirst().getStagesList());
        assertThat(again.getDeadlineEpochMillis())
                .isEqualTo(job.now.plus(Events.DEADLINE).toEpochMilli());

        job.then(done(2, 0, 1), done(2, 1, 1), done(2, 2, 1));
        assertThat(job.results()).extracting(JobResult::run).containsExactly(1, 2);
        assertThat(job.results()).extracting(JobResult::status).containsExactly(Status.FAILED, Status.SUCCEEDED);
    }

    @Test
    void anOutcomeOfTheRunBeforeMeansNothingToAReplay() {
        History job = History.of(submitted(), failed(0, 1, "INPUT_REJECTED"), replay(PRIORITY_STANDARD), done(1, 0, 1));

        assertThat(job.wanted()).extracting(WorkItem::getIndex).containsExactly(0, 0);
    }

    @Test
    void aJobThatRunsOrSucceededOrIsUnknownIsNotReplayed() {
        History job = History.of(replay(PRIORITY_STANDARD), submitted(), replay(PRIORITY_STANDARD));
        job.then(done(0, 1), done(1, 1), done(2, 1), replay(PRIORITY_STANDARD));

        assertThat(job.replies()).containsExactly(Outcome.UNKNOWN_JOB, Outcome.NOT_REPLAYABLE, Outcome.NOT_REPLAYABLE);
        assertThat(job.results()).hasSize(1);
    }

    @Test
    void aJobThatFailedForNoFaultOfItsUserIsLaidBesideWithItsResult() {
        History job = History.of(submitted());
        for (int attempt = 1; attempt <= 3; attempt++) {
            job.then(failed(0, attempt, "INTERNAL"));
            if (attempt < 3) {
                job.untilTimer();
            }
        }

        DeadLetter letter = job.all(JobOutput.GivenUp.class).getFirst().letter();
        assertThat(letter.headers()).containsEntry(DeadLetter.CODE, "INTERNAL").containsEntry(DeadLetter.RUN, "1");
        assertThat(Json.read(letter.value(), JobResult.class))
                .isEqualTo(job.results().getFirst());
    }

    @Test
    void aJobThatFailedForAFaultOfItsUserIsNoDeadLetter() {
        History job = History.of(submitted(), failed(0, 1, "INPUT_REJECTED"));

        assertThat(job.all(JobOutput.GivenUp.class)).isEmpty();
    }

    private static int handoverOfFirst(History job) {
        return switch (job.state) {
            case JobState.Active(var _, List<ItemState> items, var _) ->
                ((ItemState.Done) items.getFirst()).outcome().getHandoverCount();
            case JobState.Unknown _, JobState.EarlyCancel _, JobState.Finished _ ->
                throw new AssertionError("the job is over");
        };
    }
}
