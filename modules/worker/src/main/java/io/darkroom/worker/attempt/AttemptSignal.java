package io.darkroom.worker.attempt;

import io.darkroom.contract.wire.WorkItem;
import io.darkroom.worker.control.CancelledJobs;
import java.time.Duration;
import java.util.Optional;

/**
 * Stops one attempt when its job is cancelled, its time is up, or its worker has drained for long
 * enough.
 */
public final class AttemptSignal implements StopSignal {

    private final WorkItem item;
    private final CancelledJobs cancelled;
    private final Draining draining;
    private final long endNanos;

    public AttemptSignal(WorkItem item, CancelledJobs cancelled, Draining draining, Duration limit) {
        this.item = item;
        this.cancelled = cancelled;
        this.draining = draining;
        this.endNanos = System.nanoTime() + limit.toNanos();
    }

    @Override
    public Optional<StopReason> reason() {
        if (cancelled.contains(item.getJob())) {
            return Optional.of(StopReason.CANCELLED);
        }
        if (System.nanoTime() - endNanos >= 0) {
            return Optional.of(StopReason.TIMED_OUT);
        }
        return draining.graceIsOver() ? Optional.of(StopReason.HANDED_BACK) : Optional.empty();
    }
}
