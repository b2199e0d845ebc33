package io.darkroom.router.job;

import io.darkroom.contract.result.JobReply.Action;
import io.darkroom.contract.uri.UriPolicy;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.router.JobEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Decides what becomes of a job. A pure function: the same state, event, time, kept outputs and tokens give the
 * same decision, and nothing but a decision comes of it. Whatever the order and number of events, a run
 * has one {@link JobOutput.Result}.
 */
public final class JobMachine {
    private final JobEnvironment environment;
    private final JobLimits limits;
    private final Admission admission;

    /**
     * @param tokens of attempts
     * @param uris which a tenant may name
     */
    public JobMachine(JobLimits limits, KeptOutputs kept, AttemptTokens tokens, UriPolicy uris) {
        this.limits = limits;
        this.environment = new JobEnvironment(limits, kept, tokens, uris);
        this.admission = new Admission(environment);
    }

    /**
     * @param now the time at which the event was appended; never before that of an earlier call for
     *     the same job
     */
    public Decision decide(JobState state, JobEvent event, Instant now) {
        return switch (event.getKindCase()) {
            case SUBMITTED -> admission.submitted(state, event, now);
            case REFUSED -> admission.refused(state, event, now);
            case CANCEL -> cancel(state, event, now);
            case WORK -> work(state, event.getWork(), now);
            case RELEASED ->
                whenActive(state, now, turn -> turn.released(event.getReleased().getAttempt()));
            case TURNED_AWAY ->
                whenActive(
                        state,
                        now,
                        turn -> turn.turnedAway(
                                event.getTurnedAway().getAttempt(),
                                event.getTurnedAway().getMessage()));
            case REPRIORITISE -> reprioritise(state, event, now);
            case REPLAY -> replay(state, event, now);
            case TIMER_DUE -> timerDue(state, now);
            // The shell makes cancellations of the one; the other is from a newer version of the router.
            case CANCEL_TENANT, KIND_NOT_SET -> Decision.of(state);
        };
    }

    /** When the job is next to be given {@code TIMER_DUE}; empty when it waits for no time. */
    public Optional<Instant> nextTimer(JobState state) {
        return switch (state) {
            case JobState.Unknown _ -> Optional.empty();
            case JobState.EarlyCancel early -> Optional.of(early.until());
            case JobState.Active active -> Optional.of(Timers.next(active, limits));
            case JobState.Finished finished -> Optional.of(finished.at().plus(limits.remembered()));
        };
    }

    private Decision cancel(JobState state, JobEvent event, Instant now) {
        String reason = event.getCancel().getReason();
        return switch (state) {
            case JobState.Unknown _ -> admission.cancelBeforeJob(event, reason, now);
            case JobState.EarlyCancel _ -> admission.cancelBeforeJob(event, reason, now);
            case JobState.Active active -> new ActiveTurn(active, environment, now).cancelled(reason);
            case JobState.Finished finished ->
                finished.idIsFree()
                        ? admission.cancelBeforeJob(finished, event, now)
                        : Decision.of(finished, Replies.alreadyFinished(event, Action.CANCEL, finished, now));
        };
    }

    private Decision reprioritise(JobState state, JobEvent event, Instant now) {
        return switch (state) {
            case JobState.Unknown _ -> Decision.of(state, Replies.nothingToReprioritise(event, now));
            case JobState.EarlyCancel _ -> Decision.of(state, Replies.nothingToReprioritise(event, now));
            case JobState.Active active ->
                new ActiveTurn(active, environment, now)
                        .reprioritised(event.getReprioritise().getPriority());
            case JobState.Finished finished ->
                Decision.of(finished, Replies.alreadyFinished(event, Action.REPRIORITISE, finished, now));
        };
    }

    private Decision replay(JobState state, JobEvent event, Instant now) {
        return switch (state) {
            case JobState.Unknown _ -> Decision.of(state, Replies.unknownToReplay(event, now));
            case JobState.EarlyCancel _ -> Decision.of(state, Replies.unknownToReplay(event, now));
            case JobState.Active active ->
                Decision.of(active, Replies.stillRuns(event, active.job().key().getRun(), now));
            case JobState.Finished finished ->
                finished.replayable()
                        .map(job -> admission.replay(finished, job, event, now))
                        .orElseGet(() -> Decision.of(finished, Replies.notReplayable(event, finished, now)));
        };
    }

    private Decision work(JobState state, WorkEvent event, Instant now) {
        return whenActive(state, now, turn -> switch (event.getKindCase()) {
            case STARTED -> turn.started(event.getStarted(), event.getWorkerIncarnation());
            case DONE -> turn.done(event.getDone());
            case FAILED -> turn.failed(event.getFailed(), event.getWorkerIncarnation());
            case HEARTBEAT, TIMER_DUE, KIND_NOT_SET -> Decision.of(state);
        });
    }

    private Decision timerDue(JobState state, Instant now) {
        return switch (state) {
            case JobState.Unknown _ -> Decision.of(state);
            case JobState.EarlyCancel(var _, Instant until) ->
                now.isBefore(until) ? Decision.of(state) : Decision.of(new JobState.Unknown());
            case JobState.Active active -> new ActiveTurn(active, environment, now).timerDue();
            case JobState.Finished finished ->
                now.isBefore(finished.at().plus(limits.remembered()))
                        ? Decision.of(state)
                        : Decision.of(new JobState.Unknown(), new JobOutput.Forgotten());
        };
    }

    /** An event about work that comes when the job is over, or not known, says nothing new. */
    private Decision whenActive(JobState state, Instant now, Function<ActiveTurn, Decision> turn) {
        return switch (state) {
            case JobState.Active active -> turn.apply(new ActiveTurn(active, environment, now));
            case JobState.Unknown _, JobState.EarlyCancel _, JobState.Finished _ -> new Decision(state, List.of());
        };
    }
}
