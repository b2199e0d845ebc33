package io.darkroom.router.streams;

import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.wire.router.JobRecord;
import io.darkroom.contract.wire.router.StoredActive;
import io.darkroom.contract.wire.router.StoredEarlyCancel;
import io.darkroom.contract.wire.router.StoredFinished;
import io.darkroom.contract.wire.router.StoredItem;
import io.darkroom.contract.wire.router.StoredItem.State;
import io.darkroom.contract.wire.router.StoredJob;
import io.darkroom.router.job.AcceptedJob;
import io.darkroom.router.job.ItemState;
import io.darkroom.router.job.JobState;
import io.darkroom.router.job.Tries;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** Job states as they are stored. */
final class JobRecords {
    private JobRecords() {}

    static JobState read(JobRecord record, Supplier<StoredJob> job) {
        return switch (record.getStateCase()) {
            case EARLY_CANCEL ->
                new JobState.EarlyCancel(
                        record.getEarlyCancel().getReason(),
                        Instant.ofEpochMilli(record.getEarlyCancel().getUntilEpochMillis()));
            case ACTIVE ->
                new JobState.Active(
                        job(job.get()),
                        record.getActive().getItemsList().stream()
                                .map(JobRecords::item)
                                .toList(),
                        record.getActive().getPriority());
            case FINISHED ->
                new JobState.Finished(
                        record.getFinished().getRun(),
                        JobResult.Status.valueOf(record.getFinished().getStatus()),
                        record.getFinished().getContentHash(),
                        Instant.ofEpochMilli(record.getFinished().getFinishedEpochMillis()),
                        record.getFinished().getReplayable() ? Optional.of(job(job.get())) : Optional.empty());
            case STATE_NOT_SET -> new JobState.Unknown();
        };
    }

    static JobRecord write(JobState state, long timerEpochMillis) {
        JobRecord.Builder record = JobRecord.newBuilder().setTimerEpochMillis(timerEpochMillis);
        switch (state) {
            case JobState.Unknown _ -> {}
            case JobState.EarlyCancel(String reason, Instant until) ->
                record.setEarlyCancel(
                        StoredEarlyCancel.newBuilder().setReason(reason).setUntilEpochMillis(until.toEpochMilli()));
            case JobState.Active active -> {
                StoredActive.Builder stored = StoredActive.newBuilder().setPriority(active.priority());
                active.items().forEach(item -> stored.addItems(item(item)));
                record.setActive(stored);
            }
            case JobState.Finished(int run, var status, String contentHash, Instant at, var replayable) ->
                record.setFinished(StoredFinished.newBuilder()
                        .setRun(run)
                        .setStatus(status.name())
                        .setContentHash(contentHash)
                        .setFinishedEpochMillis(at.toEpochMilli())
                        .setReplayable(replayable.isPresent()));
        }
        return record.build();
    }

    static StoredJob job(AcceptedJob job) {
        return StoredJob.newBuilder()
                .setKey(job.key())
                .setContentHash(job.contentHash())
                .putAllLabels(job.labels())
                .setTraceparent(job.traceparent().orElse(""))
                .setSubmittedEpochMillis(job.submitted().toEpochMilli())
                .setDeadlineEpochMillis(job.deadline().toEpochMilli())
                .setPlan(job.plan())
                .build();
    }

    private static AcceptedJob job(StoredJob job) {
        return new AcceptedJob(
                job.getKey(),
                job.getContentHash(),
                job.getLabelsMap(),
                job.getTraceparent().isEmpty() ? Optional.empty() : Optional.of(job.getTraceparent()),
                Instant.ofEpochMilli(job.getSubmittedEpochMillis()),
                Instant.ofEpochMilli(job.getDeadlineEpochMillis()),
                job.getPlan());
    }

    private static ItemState item(StoredItem item) {
        Tries tries = tries(item);
        Instant runnable = Instant.ofEpochMilli(item.getRunnableEpochMillis());
        Instant since = Instant.ofEpochMilli(item.getSinceEpochMillis());
        Instant until = Instant.ofEpochMilli(item.getUntilEpochMillis());
        return switch (item.getState()) {
            // Before anything could be kept, what was blocked had no tries.
            case STATE_BLOCKED, STATE_UNSPECIFIED, UNRECOGNIZED ->
                new ItemState.Blocked(item.getAttempt() == 0 ? Tries.FIRST : tries);
            case STATE_BACKING_OFF -> new ItemState.BackingOff(tries, runnable, until);
            case STATE_QUEUED -> new ItemState.Queued(tries, runnable);
            case STATE_RELEASED -> new ItemState.Released(tries, runnable, since);
            case STATE_RUNNING -> new ItemState.Running(tries, runnable, since, until, item.getWorkerIncarnation());
            case STATE_DONE -> new ItemState.Done(tries, runnable, since, item.getOutcome());
            case STATE_REUSED -> new ItemState.Reused(tries, item.getHandoverList());
        };
    }

    private static Tries tries(StoredItem item) {
        boolean released =
                switch (item.getState()) {
                    case STATE_RELEASED, STATE_RUNNING, STATE_DONE -> true;
                    // Without a token it was asked for by an older router, which did not note whether it was released
                    // before.
                    case STATE_QUEUED ->
                        item.getWasReleased() || item.getToken().isEmpty();
                    case STATE_BLOCKED, STATE_BACKING_OFF, STATE_REUSED, STATE_UNSPECIFIED, UNRECOGNIZED ->
                        item.getWasReleased();
                };
        return new Tries(
                item.getAttempt(),
                item.getFailures(),
                item.getStarts(),
                item.getToken(),
                released,
                item.getAvoidList(),
                item.getLost(),
                item.getLostDeviceMillis());
    }

    private static StoredItem item(ItemState item) {
        return switch (item) {
            case ItemState.Blocked(Tries next) ->
                stored(State.STATE_BLOCKED, next, Instant.EPOCH).build();
            case ItemState.Reused(Tries next, var handover) ->
                stored(State.STATE_REUSED, next, Instant.EPOCH)
                        .addAllHandover(handover)
                        .build();
            case ItemState.BackingOff(Tries tries, Instant runnable, Instant until) ->
                stored(State.STATE_BACKING_OFF, tries, runnable)
                        .setUntilEpochMillis(until.toEpochMilli())
                        .build();
            case ItemState.Queued(Tries tries, Instant runnable) ->
                stored(State.STATE_QUEUED, tries, runnable).build();
            case ItemState.Released(Tries tries, Instant runnable, Instant at) ->
                stored(State.STATE_RELEASED, tries, runnable)
                        .setSinceEpochMillis(at.toEpochMilli())
                        .build();
            case ItemState.Running(Tries tries, Instant runnable, Instant started, Instant limit, String worker) ->
                stored(State.STATE_RUNNING, tries, runnable)
                        .setSinceEpochMillis(started.toEpochMilli())
                        .setUntilEpochMillis(limit.toEpochMilli())
                        .setWorkerIncarnation(worker)
                        .build();
            case ItemState.Done(Tries tries, Instant runnable, Instant started, var outcome) ->
                stored(State.STATE_DONE, tries, runnable)
                        .setSinceEpochMillis(started.toEpochMilli())
                        .setOutcome(outcome)
                        .build();
        };
    }

    private static StoredItem.Builder stored(State state, Tries tries, Instant runnable) {
        return StoredItem.newBuilder()
                .setState(state)
                .setAttempt(tries.attempt())
                .setFailures(tries.failures())
                .setStarts(tries.starts())
                .setToken(tries.token())
                .setWasReleased(tries.released())
                .addAllAvoid(tries.avoid())
                .setLost(tries.lost())
                .setLostDeviceMillis(tries.lostDeviceMillis())
                .setRunnableEpochMillis(runnable.toEpochMilli());
    }
}
