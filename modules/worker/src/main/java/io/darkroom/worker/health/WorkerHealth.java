package io.darkroom.worker.health;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.worker.attempt.Draining;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much work a worker may be given: as much as it has slots that are members of the group, and none while it is ill. It is ill
 * from its start until its store and its models answer; after two attempts in a row that failed for its own reasons, because it
 * would fail every job of its pool as fast as they come; and while it cannot tell the router what became of work.
 */
public final class WorkerHealth {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerHealth.class);
    private static final int FAILURES_IN_A_ROW = 2;

    private final Set<Integer> liveSlots = new HashSet<>();
    private int failures;
    private boolean well;
    private String complaint = "its store and its models have not answered yet";

    /** The slot is a member of the group and can be given work. */
    public synchronized void joined(int slot) {
        liveSlots.add(slot);
        notifyAll();
    }

    /** The slot cannot be given work. */
    public synchronized void left(int slot) {
        liveSlots.remove(slot);
        notifyAll();
    }

    /** Work items that the worker can hold at once. */
    public synchronized int capacity() {
        return well ? liveSlots.size() : 0;
    }

    public synchronized boolean isWell() {
        return well;
    }

    /** Why it is ill; of no meaning while it is well. */
    public synchronized String complaint() {
        return complaint;
    }

    /** An attempt has an outcome that is not the worker's fault. */
    public synchronized void workDone() {
        failures = 0;
    }

    /** An attempt has failed. */
    public synchronized void workFailed(ErrorCode code, String message) {
        if (!code.isWorkersOwn()) {
            failures = 0;
            return;
        }
        failures++;
        if (failures >= FAILURES_IN_A_ROW && well) {
            well = false;
            complaint = code + ": " + message;
            LOG.warn(
                    "{} attempts in a row failed for this worker's own reasons; it takes no work until it is well. {}",
                    failures,
                    complaint);
            notifyAll();
        }
    }

    /** An outcome could not be told. The work goes to another worker, and with each try here a record loses one of its deliveries. */
    public synchronized void cannotTell(String message) {
        if (well) {
            well = false;
            complaint = message;
            LOG.warn("outcomes cannot be told; the worker takes no work until they can be: {}", message);
            notifyAll();
        }
    }

    /** What a probe found: nothing wrong. */
    public synchronized void recovered() {
        if (!well) {
            LOG.info("the worker's store, models and brokers answer; it takes work");
        }
        well = true;
        failures = 0;
        notifyAll();
    }

    /** What a probe found. */
    public synchronized void stillIll(String why) {
        if (!well && !why.equals(complaint)) {
            LOG.warn("the worker takes no work: {}", why);
            complaint = why;
        }
    }

    /** Waits until it is well, or until the worker is told to stop, or for that long. */
    public synchronized void awaitWell(Draining draining, Duration atMost) throws InterruptedException {
        await(() -> well || draining.begun(), atMost);
    }

    /** Waits until it is ill, or for that long. */
    synchronized void awaitIll(Duration atMost) throws InterruptedException {
        await(() -> !well, atMost);
    }

    /** Waits until it can be given work. */
    public synchronized boolean awaitCapacity(Duration atMost) throws InterruptedException {
        return await(() -> capacity() > 0, atMost);
    }

    private boolean await(BooleanSupplier condition, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(Math.min(left, 200));
        }
        return true;
    }
}
