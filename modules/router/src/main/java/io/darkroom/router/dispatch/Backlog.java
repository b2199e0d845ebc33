package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.WorkItem;
import java.time.Instant;
import java.util.Optional;

/** What waits for one pool and what is in flight there, to be read while deciding. */
public interface Backlog {
    /** The first that waits in the queue at that place or behind it. */
    Optional<Waiting> next(QueueKey queue, long sequence);

    /** Where the attempt is; empty when it is not in the pool. */
    Optional<Whereabouts> find(AttemptKey attempt);

    /**
     * @param sequence its place in its queue
     * @param since when it began to wait
     */
    record Waiting(long sequence, WorkItem item, Instant since) {}

    sealed interface Whereabouts permits Place, InFlight {}

    /** Sequence numbers of a queue run from head to tail. */
    record Place(QueueKey queue, long sequence) implements Whereabouts {}

    /**
     * @param pixels that the attempt draws
     * @param version of its work item's schema; 0 when it was stored before that was kept
     */
    record InFlight(long pixels, int version) implements Whereabouts {}
}
