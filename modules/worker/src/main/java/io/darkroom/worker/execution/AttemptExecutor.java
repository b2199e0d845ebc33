package io.darkroom.worker.execution;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.WorkFailed;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.work.WorkProtocol;
import io.darkroom.worker.attempt.AttemptSignal;
import io.darkroom.worker.attempt.Draining;
import io.darkroom.worker.attempt.StopReason;
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;
import io.darkroom.worker.control.CancelledJobs;
import io.darkroom.worker.event.EventNotPublishedException;
import io.darkroom.worker.event.WorkEvents;
import io.darkroom.worker.health.WorkerHealth;
import io.darkroom.worker.progress.ItemProgress;
import io.darkroom.worker.progress.ProgressReporter;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one delivery of a work item from its first event to its last. Whatever goes wrong ends in
 * an event or in the record being handed back; nothing ends in silence.
 */
public final class AttemptExecutor {

    private static final Logger LOG = LoggerFactory.getLogger(AttemptExecutor.class);

    private static final int MAX_MESSAGE_CHARACTERS = 1024;

    private final WorkItemRunner runner;
    private final WorkEvents events;
    private final ProgressReporter progress;
    private final CancelledJobs cancelled;
    private final Draining draining;
    private final Clock clock;
    private final Duration longestAttempt;
    private final WorkerHealth health;

    public AttemptExecutor(
            WorkItemRunner runner,
            WorkEvents events,
            ProgressReporter progress,
            CancelledJobs cancelled,
            Draining draining,
            Clock clock,
            Duration longestAttempt,
            WorkerHealth health) {
        this.runner = runner;
        this.events = events;
        this.progress = progress;
        this.cancelled = cancelled;
        this.draining = draining;
        this.clock = clock;
        this.longestAttempt = longestAttempt;
        this.health = health;
    }

    /**
     * Returns once the router's topic has the outcome.
     *
     * @param delivery how often the broker has lent the record, from 1
     * @return whether the record is finished with; if not, another worker has to take it
     * @throws EventNotPublishedException when the brokers did not take an event: the record must
     *     not be accepted
     */
    public boolean execute(WorkItem item, int delivery) throws EventNotPublishedException, InterruptedException {
        return switch (outcome(item, delivery)) {
            case ItemOutcome.Done done -> {
                health.workDone();
                events.done(done.event());
                yield true;
            }
            case ItemOutcome.Failed failed -> {
                health.workFailed(
                        ErrorCode.valueOf(failed.event().getErrorCode()),
                        failed.event().getMessage());
                events.failed(failed.event());
                yield true;
            }
            case ItemOutcome.HandedBack(String reason) -> {
                LOG.info("{} handed back: {}", describe(item), reason);
                yield false;
            }
        };
    }

    private ItemOutcome outcome(WorkItem item, int delivery) throws EventNotPublishedException, InterruptedException {
        if (item.getProtocolVersion() > WorkProtocol.NEWEST_ITEM) {
            return new ItemOutcome.HandedBack("it has protocol version "
                    + item.getProtocolVersion()
                    + ", this worker reads up to "
                    + WorkProtocol.NEWEST_ITEM);
        }
        if (UnknownFields.decideThePicture(item)) {
            return new ItemOutcome.HandedBack("it has fields that this worker does not know; a newer router wrote it");
        }
        if (delivery <= WorkProtocol.LEFT_TO_OTHERS && item.getAvoidList().contains(events.incarnation())) {
            return new ItemOutcome.HandedBack("an earlier attempt failed here for this worker's own reasons");
        }
        if (cancelled.contains(item.getJob())) {
            return failed(item, new WorkFault(ErrorCode.CANCELLED, "the job was cancelled before it started"));
        }
        if (clock.millis() > item.getDeadlineEpochMillis() + WorkProtocol.CLOCK_TOLERANCE.toMillis()) {
            return failed(
                    item, new WorkFault(ErrorCode.DEADLINE_EXCEEDED, "the deadline passed before the work began"));
        }
        // Before anything of the request is touched: if it kills this process, the router has to
        // know who tried.
        events.started(key(item), item.getToken());
        try (ItemProgress itemProgress = progress.follow(item)) {
            return run(item, itemProgress);
        }
    }

    private ItemOutcome run(WorkItem item, ItemProgress itemProgress) throws InterruptedException {
        var stop = new AttemptSignal(item, cancelled, draining, limit(item));
        var spent = new DeviceTime();
        try {
            return new ItemOutcome.Done(runner.run(item, key(item), stop, itemProgress, spent));
        } catch (WorkFault fault) {
            return failed(item, fault, spent);
        } catch (StoppedException stopped) {
            return stopped(item, stopped.reason(), spent);
        } catch (OutOfMemoryError e) {
            return failed(item, new WorkFault(ErrorCode.OUT_OF_MEMORY, "the worker ran out of memory", e), spent);
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            return failed(item, new WorkFault(ErrorCode.INTERNAL, "a fault of the worker, see its log", e), spent);
        }
    }

    private ItemOutcome stopped(WorkItem item, StopReason reason, DeviceTime spent) {
        return switch (reason) {
            case CANCELLED ->
                failed(item, new WorkFault(ErrorCode.CANCELLED, "the job was cancelled while it ran"), spent);
            case TIMED_OUT ->
                failed(
                        item,
                        new WorkFault(
                                ErrorCode.ATTEMPT_TIMED_OUT,
                                "the attempt ran for its limit of "
                                        + limit(item).toMillis()
                                        + " ms"),
                        spent);
            case HANDED_BACK -> new ItemOutcome.HandedBack("the worker stops");
        };
    }

    /** Before the device was touched. */
    private ItemOutcome failed(WorkItem item, WorkFault fault) {
        return failed(item, fault, new DeviceTime());
    }

    private ItemOutcome failed(WorkItem item, WorkFault fault, DeviceTime spent) {
        switch (fault.code().kind()) {
            case USER -> LOG.info("{} failed with {}", describe(item), fault.code());
            case TRANSIENT, RESOURCES, INTERNAL -> LOG.warn("{} failed with {}", describe(item), fault.code(), fault);
        }
        return new ItemOutcome.Failed(WorkFailed.newBuilder()
                .setAttempt(key(item))
                .setPool(item.getPool())
                .setToken(item.getToken())
                .setErrorCode(fault.code().name())
                .setStage(fault.stage())
                .setMessage(shortened(fault.getMessage()))
                .setWorkerAtFault(fault.code().isWorkersOwn())
                .setDeviceMillis(spent.millis())
                .build());
    }

    private Duration limit(WorkItem item) {
        return item.getAttemptLimitMillis() == 0 ? longestAttempt : Duration.ofMillis(item.getAttemptLimitMillis());
    }

    private static AttemptKey key(WorkItem item) {
        return AttemptKey.newBuilder()
                .setJob(item.getJob())
                .setIndex(item.getIndex())
                .setAttempt(item.getAttempt())
                .build();
    }

    /** Names the attempt without anything private. */
    private static String describe(WorkItem item) {
        return "work item "
                + item.getIndex()
                + " attempt "
                + item.getAttempt()
                + " of job "
                + item.getJob().getTenant()
                + "/"
                + item.getJob().getId()
                + " run "
                + item.getJob().getRun();
    }

    private static String shortened(String message) {
        return message.length() <= MAX_MESSAGE_CHARACTERS ? message : message.substring(0, MAX_MESSAGE_CHARACTERS);
    }
}
