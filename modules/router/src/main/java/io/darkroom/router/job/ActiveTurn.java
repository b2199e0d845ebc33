package io.darkroom.router.job;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.ErrorKind;
import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.result.JobResult.JobError;
import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkFailed;
import io.darkroom.contract.wire.WorkStarted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One decision about an active job, while it is being made; used once. */
final class ActiveTurn {
    private final JobState.Active before;
    private final AcceptedJob job;
    private final JobLimits limits;
    private final Instant now;
    private final List<JobOutput> outputs = new ArrayList<>();
    private final ItemTable items;
    private final Reuse reuse;
    private Priority priority;
    private boolean nothingWantedYet;
    private Optional<JobState.Finished> end = Optional.empty();

    ActiveTurn(JobState.Active before, JobEnvironment environment, Instant now) {
        this.before = before;
        this.job = before.job();
        this.limits = environment.limits();
        this.now = now;
        this.items = new ItemTable(before, environment, now, outputs);
        this.reuse = new Reuse(job, environment.kept(), now);
        this.priority = before.priority();
    }

    /** Right after admission: everything that waits for nothing can run. */
    Decision begin() {
        reuse.apply(items.all());
        nothingWantedYet = true;
        wantReady();
        return decision();
    }

    Decision released(AttemptKey attempt) {
        items.current(attempt).ifPresent(index -> {
            if (items.get(index) instanceof ItemState.Queued(var tries, var runnable)) {
                items.all().set(index, new ItemState.Released(tries.wasReleased(), runnable, now));
            }
        });
        return decision();
    }

    Decision started(WorkStarted start, String worker) {
        items.reported(start.getAttempt(), start.getToken()).ifPresent(index -> {
            switch (items.get(index)) {
                case ItemState.Queued(var tries, var runnable) -> run(index, tries.started(), runnable, worker);
                case ItemState.Released(var tries, var runnable, var _) ->
                    run(index, tries.started(), runnable, worker);
                case ItemState.Running(var tries, var runnable, var _, var _, var earlier) -> {
                    // The same life of a worker does not start an attempt twice: a
                    // repeated event.
                    if (!earlier.equals(worker)) {
                        run(index, tries.startedAgain(), runnable, worker);
                    }
                }
                case ItemState.Blocked _, ItemState.BackingOff _, ItemState.Done _, ItemState.Reused _ -> {}
            }
        });
        return decision();
    }

    Decision done(WorkDone outcome) {
        items.reported(outcome.getAttempt(), outcome.getToken()).ifPresent(index -> {
            Optional<String> fault = Outcomes.faultOf(outcome, job, index);
            if (fault.isPresent()) {
                Tries next = items.tried(index).afterFailure(Outcomes.deviceMillis(outcome));
                fail(index, next, ErrorCode.INTERNAL, Optional.empty(), fault.get());
            } else {
                accept(index, outcome);
            }
        });
        return decision();
    }

    Decision failed(WorkFailed failure, String worker) {
        items.reported(failure.getAttempt(), failure.getToken()).ifPresent(index -> {
            ErrorCode code = ErrorCode.ofName(failure.getErrorCode());
            if (code != ErrorCode.KEPT_LOST || !runsAgain(index)) {
                Tries tries = items.tried(index);
                Tries next = failure.getWorkerAtFault()
                        ? tries.afterFailureOf(worker, failure.getDeviceMillis())
                        : tries.afterFailure(failure.getDeviceMillis());
                fail(index, next, code, present(failure.getStage()), failure.getMessage());
            }
        });
        return decision();
    }

    /** Whether what the work item did not find was kept by others, so that this job makes it itself now. */
    private boolean runsAgain(int index) {
        List<String> lost = reuse.restore(items.all(), index);
        if (lost.isEmpty()) {
            return false;
        }
        lost.forEach(name -> outputs.add(new JobOutput.Lost(job.key().getTenant(), name)));
        items.block(index);
        wantReady();
        return true;
    }

    Decision cancelled(String reason) {
        String message = reason.isEmpty() ? "the job was cancelled" : "the job was cancelled: " + reason;
        finish(JobResult.Status.CANCELLED, Optional.of(JobError.of(ErrorCode.CANCELLED, message)));
        outputs.add(Replies.cancelled(
                job.key().getTenant(), job.key().getId(), job.key().getRun(), now));
        return decision();
    }

    /** Dispatch knows which tenants may have how much waiting; a job without a place never began. */
    Decision turnedAway(AttemptKey attempt, String message) {
        items.current(attempt)
                .ifPresent(index ->
                        finish(JobResult.Status.REJECTED, Optional.of(JobError.of(ErrorCode.TENANT_LIMIT, message))));
        return decision();
    }

    /** What a worker holds already goes on; what waits is moved, and what is still to come is wanted so. */
    Decision reprioritised(Priority asked) {
        priority = asked;
        int moved = 0;
        for (int index = 0; index < items.all().size(); index++) {
            if (items.get(index) instanceof ItemState.Queued(Tries tries, var _)) {
                AttemptKey attempt = WorkItems.attemptKey(job, index, tries.attempt());
                outputs.add(new JobOutput.Move(job.plan().getItems(index).getPool(), attempt, asked));
                moved++;
            }
        }
        outputs.add(Replies.reprioritised(job.key(), asked, moved, now));
        return decision();
    }

    Decision timerDue() {
        if (!now.isBefore(job.deadline())) {
            Duration given = Duration.between(job.submitted(), job.deadline());
            finish(
                    JobResult.Status.EXPIRED,
                    Optional.of(JobError.of(
                            ErrorCode.DEADLINE_EXCEEDED,
                            "the job was not done within " + given + "; allow more with `deadline`")));
            return decision();
        }
        for (int index = 0; index < items.all().size() && end.isEmpty(); index++) {
            Optional<Instant> due = Timers.due(items.get(index), limits);
            if (due.isPresent() && !now.isBefore(due.get())) {
                timeUp(index);
            }
        }
        return decision();
    }

    private void timeUp(int index) {
        switch (items.get(index)) {
            case ItemState.BackingOff(var tries, var runnable, var _) -> want(index, tries, runnable);
            case ItemState.Released(var tries, var runnable, var _) -> {
                // It cost nothing yet, so it is no failure. The attempt stays the same: should the
                // first copy be
                // started after all, its outcome is as good.
                items.free(index);
                want(index, tries, runnable);
            }
            case ItemState.Running(var tries, var _, var _, var _, var worker) ->
                fail(
                        index,
                        tries.afterSilence(),
                        ErrorCode.ATTEMPT_TIMED_OUT,
                        Optional.empty(),
                        "attempt " + tries.attempt() + " on worker " + worker + " had no outcome in time");
            case ItemState.Blocked _, ItemState.Queued _, ItemState.Done _, ItemState.Reused _ -> {}
        }
    }

    private void want(int index, Tries tries, Instant runnable) {
        if (end.isEmpty()) {
            Optional<String> fault = items.want(index, tries, runnable, priority, nothingWantedYet);
            nothingWantedYet = false;
            fault.ifPresent(message ->
                    finish(JobResult.Status.FAILED, Optional.of(JobError.of(ErrorCode.REQUEST_TOO_LARGE, message))));
        }
    }

    private void wantReady() {
        for (int index : items.ready()) {
            if (items.get(index) instanceof ItemState.Blocked(Tries next)) {
                want(index, next, now);
            }
        }
        if (end.isEmpty() && items.allOver()) {
            finish(JobResult.Status.SUCCEEDED, Optional.empty());
        }
    }

    private void run(int index, Tries tries, Instant runnable, String worker) {
        items.run(index, tries, runnable, worker);
        if (tries.starts() > limits.starts()) {
            String message = "the work item was started " + (tries.starts() - 1)
                    + " times and each time its worker was lost; " + worker + " was the last to take it";
            finish(JobResult.Status.FAILED, Optional.of(JobError.of(ErrorCode.ATTEMPT_TIMED_OUT, message)));
        }
    }

    private void accept(int index, WorkDone outcome) {
        items.accept(index, outcome);
        reuse.keeping(index, outcome, limits.kept()).ifPresent(outputs::add);
        wantReady();
        items.dropWhatWasTakenBy(index);
    }

    private void fail(int index, Tries next, ErrorCode code, Optional<String> stage, String message) {
        if (code.kind() == ErrorKind.USER || next.failures() >= limits.attempts()) {
            items.all().set(index, items.get(index).with(items.tried(index).withLossesOf(next)));
            finish(JobResult.Status.FAILED, Optional.of(new JobError(code, code.kind(), stage, message, List.of())));
            return;
        }
        items.backOff(index, next);
    }

    private void finish(JobResult.Status status, Optional<JobError> error) {
        if (items.freeAll()) {
            outputs.add(new JobOutput.StopWork(job.key(), status.name()));
        }
        JobResult result = Results.of(job, items.all(), status, error, now);
        outputs.add(new JobOutput.Result(result));
        error.filter(cause -> status == JobResult.Status.FAILED && cause.kind() != ErrorKind.USER)
                .ifPresent(cause -> outputs.add(new JobOutput.GivenUp(DeadLetter.ofJob(result, cause))));
        boolean replayable = status == JobResult.Status.FAILED || status == JobResult.Status.EXPIRED;
        end = Optional.of(new JobState.Finished(
                job.key().getRun(), status, job.contentHash(), now, replayable ? Optional.of(job) : Optional.empty()));
    }

    private Decision decision() {
        JobState after =
                end.<JobState>map(finished -> finished).orElse(new JobState.Active(job, items.all(), priority));
        if (!after.equals(before)) {
            outputs.add(new JobOutput.Status(Statuses.of(job, items.all(), end.map(JobState.Finished::status), now)));
        }
        return new Decision(after, outputs);
    }

    private static Optional<String> present(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
