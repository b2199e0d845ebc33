package io.darkroom.simulation;

import com.google.protobuf.ByteString;
import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkFailed;
import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.router.job.Decision;
import io.darkroom.router.job.ItemState;
import io.darkroom.router.job.JobMachine;
import io.darkroom.router.job.JobState;
import io.darkroom.router.job.Tries;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The router's {@link JobMachine}, or one from which safeguards were taken. */
final class Jobs {
    private final JobMachine machine;
    private final Set<Safeguard> without;

    Jobs(JobMachine machine, Set<Safeguard> without) {
        this.machine = machine;
        this.without = without;
    }

    Decision decide(JobState state, JobEvent event, Instant now) {
        if (without.contains(Safeguard.DEADLINES) && event.hasTimerDue()) {
            return new Decision(state, List.of());
        }
        JobState seen =
                without.contains(Safeguard.DEDUPLICATION) && event.hasSubmitted() ? new JobState.Unknown() : state;
        JobEvent told = without.contains(Safeguard.ATTEMPTS) ? asIfCurrent(event, state) : event;
        if (without.contains(Safeguard.TOKENS)) {
            told = asIfGiven(told, state);
        }
        return machine.decide(seen, told, now);
    }

    Optional<Instant> nextTimer(JobState state) {
        return machine.nextTimer(state);
    }

    private static JobEvent asIfCurrent(JobEvent event, JobState state) {
        if (!event.hasWork() || !(state instanceof JobState.Active active)) {
            return event;
        }
        WorkEvent work = event.getWork();
        return switch (work.getKindCase()) {
            case DONE -> {
                WorkDone done = work.getDone();
                AttemptKey attempt = current(done.getAttempt(), active);
                yield with(
                        event,
                        work.toBuilder()
                                .setDone(done.toBuilder().setAttempt(attempt).setToken(token(attempt, active))));
            }
            case FAILED -> {
                WorkFailed failed = work.getFailed();
                AttemptKey attempt = current(failed.getAttempt(), active);
                yield with(
                        event,
                        work.toBuilder()
                                .setFailed(
                                        failed.toBuilder().setAttempt(attempt).setToken(token(attempt, active))));
            }
            case STARTED, HEARTBEAT, TIMER_DUE, KIND_NOT_SET -> event;
        };
    }

    private static JobEvent asIfGiven(JobEvent event, JobState state) {
        if (!event.hasWork() || !(state instanceof JobState.Active active)) {
            return event;
        }
        WorkEvent.Builder work = event.getWork().toBuilder();
        switch (work.getKindCase()) {
            case STARTED ->
                work.getStartedBuilder().setToken(token(work.getStarted().getAttempt(), active));
            case DONE -> work.getDoneBuilder().setToken(token(work.getDone().getAttempt(), active));
            case FAILED ->
                work.getFailedBuilder().setToken(token(work.getFailed().getAttempt(), active));
            case HEARTBEAT, TIMER_DUE, KIND_NOT_SET -> {}
        }
        return with(event, work);
    }

    private static ByteString token(AttemptKey attempt, JobState.Active active) {
        return active.items().get(attempt.getIndex()).tried().map(Tries::token).orElse(ByteString.EMPTY);
    }

    private static JobEvent with(JobEvent event, WorkEvent.Builder work) {
        return event.toBuilder().setWork(work).build();
    }

    private static AttemptKey current(AttemptKey attempt, JobState.Active active) {
        List<ItemState> items = active.items();
        return items.get(attempt.getIndex())
                .tried()
                .map(Tries::attempt)
                .map(number -> attempt.toBuilder().setAttempt(number).build())
                .orElse(attempt);
    }
}
