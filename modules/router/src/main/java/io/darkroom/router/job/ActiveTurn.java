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
import io.darkroom.contract.wire.WorkItem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** One decision about an active job, while it is being made; used once. */
final class ActiveTurn {
    private final JobState.Active before;
    private final AcceptedJob job;
    private final JobLimits limits;
    private final Instant now;
    private final List<ItemState> items;
    private final List<JobOutput> outputs = new ArrayList<>();
    private Priority priority;
    private Optional<JobState.Finished> end = Optional.empty();

    ActiveTurn(JobState.Active before, JobLimits limits, Instant now) {
        this.before = before;
        this.job = before.job();
        this.limits = limits;
        this.now = now;
        this.items = new ArrayList<>(before.items());
        this.priority = before.priority();
    }

    /** Right after admission: everything that waits for nothing can run. */
    Decision begin() {
        for (int index = 0; index < items.size(); index++) {
            if (ItemSources.producers(job.plan(), index).isEmpty()) {
                want(index, Tries.FIRST, now);
            }
        }
        return decision();
    }

    Decision released(AttemptKey attempt) {
        current(attempt).ifPresent(index -> {
            if (items.get(index) instanceof ItemState.Queued(var tries, var runnable)) {
                items.set(index, new ItemState.Released(tries, runnable, now));
            }
        });
        return decision();
    }

    Decision started(AttemptKey attempt, String worker) {
        current(attempt).ifPresent(index -> {
            switch (items.get(index)) {
                case ItemState.Queued(var tries, var runnable) -> run(index, tries.started(), runnable, worker);
                case ItemState.Released(var tries, var runnable, var _) ->
                    run(index, tries.started(), runnable, worker);
                case ItemState.Running(var tries, var runnable, var _, var _, var earlier) -> {
                    // The same life of a worker does not start an attempt twice: a
                    // repeated event.
                    if (!earlier.equals(worker)) {
                        run(index, tries.started(), runnable, worker);
                    }
                }
                case ItemState.Blocked _, ItemState.BackingOff _, ItemState.Done _ -> {}
            }
        });
        return decision();
    }

    Decision done(WorkDone outcome) {
        current(outcome.getAttempt()).ifPresent(index -> {
            Optional<String> fault = Outcomes.faultOf(outcome, job, index);
            if (fault.isPresent()) {
                Tries tries = items.get(index).tried().orElseThrow();
                fail(index, tries.afterFailure(), ErrorCode.INTERNAL, Optional.empty(), fault.get());
            } else {
                accept(index, outcome);
            }
        });
        return decision();
    }

    Decision failed(WorkFailed failure) {
        current(failure.getAttempt())
                .ifPresent(index -> fail(
                        index,
                        items.get(index).tried().orElseThrow().afterFailure(),
                        ErrorCode.ofName(failure.getErrorCode()),
                        present(failure.getStage()),
                        failure.getMessage()));
        return decision();
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
        current(attempt)
                .ifPresent(index ->
                        finish(JobResult.Status.REJECTED, Optional.of(JobError.of(ErrorCode.TENANT_LIMIT, message))));
        return decision();
    }

    /** What a worker holds already goes on; what waits is moved, and what is still to come is wanted so. */
    Decision reprioritised(Priority asked) {
        priority = asked;
        int moved = 0;
        for (int index = 0; index < items.size(); index++) {
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
        for (int index = 0; index < items.size() && end.isEmpty(); index++) {
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
                free(index);
                want(index, tries, runnable);
            }
            case ItemState.Running(var tries, var _, var _, var _, var worker) ->
                fail(
                        index,
                        tries.afterSilence(),
                        ErrorCode.ATTEMPT_TIMED_OUT,
                        Optional.empty(),
                        "attempt " + tries.attempt() + " on worker " + worker + " had no outcome in time");
            case ItemState.Blocked _, ItemState.Queued _, ItemState.Done _ -> {}
        }
    }

    /**
     * The work item whose attempt this is and whose outcome is still awaited; empty for all that is
     * superseded.
     */
    private OptionalInt current(AttemptKey attempt) {
        int index = attempt.getIndex();
        boolean counts = attempt.getJob().equals(job.key())
                && index < items.size()
                && items.get(index).attemptIsOut()
                && items.get(index).tried().orElseThrow().attempt() == attempt.getAttempt();
        return counts ? OptionalInt.of(index) : OptionalInt.empty();
    }

    /** Ends the job instead where the work item would be too large for a record: in a transaction it could not be skipped. */
    private void want(int index, Tries tries, Instant runnable) {
        if (end.isPresent()) {
            return;
        }
        WorkItem work = WorkItems.of(job, items, index, tries.attempt(), priority, limits);
        if (work.getSerializedSize() > WorkItems.MAX_BYTES) {
            String message = "what work item " + index + " is handed from other work items takes "
                    + work.getSerializedSize() + " bytes; at most " + WorkItems.MAX_BYTES
                    + " are possible: let a stage take fewer pictures";
            finish(JobResult.Status.FAILED, Optional.of(JobError.of(ErrorCode.REQUEST_TOO_LARGE, message)));
            return;
        }
        items.set(index, new ItemState.Queued(tries, runnable));
        outputs.add(new JobOutput.Want(work));
    }

    /** Those that have all they wait for, now that the one at that index is done. */
    private void wantConsumersOf(int index) {
        for (int consumer : job.consumersOf(index)) {
            if (items.get(consumer) instanceof ItemState.Blocked
                    && ItemSources.producers(job.plan(), consumer).stream().allMatch(this::isDone)) {
                want(consumer, Tries.FIRST, now);
            }
        }
    }

    private boolean isDone(int index) {
        return items.get(index) instanceof ItemState.Done;
    }

    private void free(int index) {
        int attempt = items.get(index).tried().orElseThrow().attempt();
        outputs.add(
                new JobOutput.Free(job.plan().getItems(index).getPool(), WorkItems.attemptKey(job, index, attempt)));
    }

    private void run(int index, Tries tries, Instant runnable, String worker) {
        if (tries.starts() > limits.starts()) {
            items.set(index, new ItemState.Running(tries, runnable, now, now, worker));
            String message = "the work item was started " + (tries.starts() - 1)
                    + " times and each time its worker was lost; " + worker + " was the last to take it";
            finish(JobResult.Status.FAILED, Optional.of(JobError.of(ErrorCode.ATTEMPT_TIMED_OUT, message)));
            return;
        }
        Duration limit = limits.attemptLimit(job.plan().getItems(index));
        items.set(
                index,
                new ItemState.Running(tries, runnable, now, now.plus(limit).plus(limits.grace()), worker));
    }

    private void accept(int index, WorkDone outcome) {
        free(index);
        ItemState state = items.get(index);
        items.set(
                index,
                switch (state) {
                    case ItemState.Running(var tries, var runnable, var started, var _, var _) ->
                        new ItemState.Done(tries, runnable, started, outcome);
                    case ItemState.Queued(var tries, var runnable) -> new ItemState.Done(tries, runnable, now, outcome);
                    case ItemState.Released(var tries, var runnable, var _) ->
                        new ItemState.Done(tries, runnable, now, outcome);
                    case ItemState.Blocked _, ItemState.BackingOff _, ItemState.Done _ ->
                        throw new IllegalStateException("no attempt is out in " + state);
                });
        wantConsumersOf(index);
        ItemSources.producers(job.plan(), index).forEach(this::dropHandoverIfRead);
        if (end.isEmpty() && items.stream().allMatch(ItemState.Done.class::isInstance)) {
            finish(JobResult.Status.SUCCEEDED, Optional.empty());
        }
    }

    /** Latents need not be kept longer than a retry could want them. */
    private void dropHandoverIfRead(int source) {
        boolean read = job.consumersOf(source).stream().allMatch(this::isDone);
        if (read && items.get(source) instanceof ItemState.Done(var tries, var runnable, var started, var outcome)) {
            items.set(
                    source,
                    new ItemState.Done(
                            tries,
                            runnable,
                            started,
                            outcome.toBuilder().clearHandover().build()));
        }
    }

    private void fail(int index, Tries next, ErrorCode code, Optional<String> stage, String message) {
        if (code.kind() == ErrorKind.USER || next.failures() >= limits.attempts()) {
            finish(JobResult.Status.FAILED, Optional.of(new JobError(code, code.kind(), stage, message, List.of())));
            return;
        }
        free(index);
        Instant runnable = Results.runnable(items.get(index)).orElse(now);
        Duration wait = Backoff.before(next, WorkItems.attemptKey(job, index, next.attempt()), limits);
        items.set(index, new ItemState.BackingOff(next, runnable, now.plus(wait)));
    }

    private void finish(JobResult.Status status, Optional<JobError> error) {
        boolean anyOut = false;
        for (int index = 0; index < items.size(); index++) {
            if (items.get(index).attemptIsOut()) {
                free(index);
                anyOut = true;
            }
        }
        if (anyOut) {
            outputs.add(new JobOutput.StopWork(job.key(), status.name()));
        }
        JobResult result = Results.of(job, items, status, error, now);
        outputs.add(new JobOutput.Result(result));
        error.filter(cause -> status == JobResult.Status.FAILED && cause.kind() != ErrorKind.USER)
                .ifPresent(cause -> outputs.add(new JobOutput.GivenUp(DeadLetter.ofJob(result, cause))));
        boolean replayable = status == JobResult.Status.FAILED || status == JobResult.Status.EXPIRED;
        end = Optional.of(new JobState.Finished(
                job.key().getRun(), status, job.contentHash(), now, replayable ? Optional.of(job) : Optional.empty()));
    }

    private Decision decision() {
        JobState after = end.<JobState>map(finished -> finished).orElse(new JobState.Active(job, items, priority));
        if (!after.equals(before)) {
            outputs.add(new JobOutput.Status(Statuses.of(job, items, end.map(JobState.Finished::status), now)));
        }
        return new Decision(after, outputs);
    }

    private static Optional<String> present(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
