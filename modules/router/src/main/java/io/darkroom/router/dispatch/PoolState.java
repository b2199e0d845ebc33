package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.AttemptKey;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;

/**
 * One pool, but for what waits in its queue.
 *
 * @param head sequence number of the queue's first entry; the queue is empty when it equals {@code
 *     tail}
 * @param tail sequence number that the next entry gets
 * @param inFlight attempts released and not yet over, in the order of release
 * @param leases what each live worker can take, by its incarnation
 */
public record PoolState(long head, long tail, SequencedSet<AttemptKey> inFlight, Map<String, Lease> leases) {

    public static final PoolState EMPTY =
            new PoolState(0, 0, Collections.unmodifiableSequencedSet(new LinkedHashSet<>()), Map.of());

    public PoolState {
        inFlight = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(inFlight));
        leases = Map.copyOf(leases);
    }

    /** Work items that a worker can hold at once, until it is heard of no more. */
    public record Lease(int slots, Instant until) {}
}
