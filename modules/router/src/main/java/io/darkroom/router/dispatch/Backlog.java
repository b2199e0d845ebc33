package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.WorkItem;
import java.time.Instant;
import java.util.Optional;

/** What waits for one pool and what is in flight there, to be read while deciding. */
public interface Backlog {
    /** The first that waits in the queue at that place or behind it. */
    Optional<Waiting> next(QueueKey queue, long sequence);

    /** Where the attempt waits; empty when it does not. */
    Optional<Place> placeOf(AttemptKey attempt);

    /** The pixels that the attempt draws, while it is in flight; empty when it is not. */
    Optional<Long> pixelsInFlight(AttemptKey attempt);

    /**
     * @param sequence its place in its queue
     * @param since when it began to wait
     */
    record Waiting(long sequence, WorkItem item, Instant since) {}

    /** Sequence numbers of a queue run from head to tail. */
    record Place(QueueKey queue, long sequence) {}
}
