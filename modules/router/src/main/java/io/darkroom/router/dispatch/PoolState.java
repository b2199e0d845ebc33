package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.AttemptKey;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;

/**
 * One pool, but for the work items that wait for it.
 *
 * @param queues those in which something waits
 * @param inFlight attempts released and not yet over, in the order of release
 * @param leases what each live worker can take, by its incarnation
 * @param virtualTime of fair queueing: the start tag of what was released last; see {@link
 *     FairOrder}
 * @param paidUntil by tenant: the finish tag of what was released last; a tenant that is not here
 *     owes nothing
 */
public record PoolState(
        Map<QueueKey, Queue> queues,
        SequencedSet<AttemptKey> inFlight,
        Map<String, Lease> leases,
        long virtualTime,
        Map<String, Long> paidUntil) {

    public static final PoolState EMPTY =
            new PoolState(Map.of(), Collections.unmodifiableSequencedSet(new LinkedHashSet<>()), Map.of(), 0, Map.of());

    public PoolState {
        queues = Map.copyOf(queues);
        inFlight = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(inFlight));
        leases = Map.copyOf(leases);
        paidUntil = Map.copyOf(paidUntil);
    }

    /**
     * A queue in which something waits.
     *
     * @param head sequence number of its first entry
     * @param tail sequence number that the next entry gets
     * @param waiting how many wait; fewer than {@code tail - head} once some were withdrawn
     * @param headCost expected cost of the first entry
     * @param headSince since when the first entry waits
     */
    public record Queue(long head, long tail, long waiting, long headCost, Instant headSince) {}

    /** Work items that a worker can hold at once, until it is heard of no more. */
    public record Lease(int slots, Instant until) {}
}
