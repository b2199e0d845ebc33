package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.WorkItem;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One pool, but for the work items that wait for it and the attempts that are in flight.
 *
 * @param queues those in which something waits
 * @param inFlight by tenant: how much was released and is not yet over; the attempts themselves are a set beside it ({@link
 *     Backlog#find}), so that freeing one twice counts once
 * @param leases what each live worker can take, by its incarnation
 * @param virtualTime of fair queueing: the start tag of what was released last; see {@link
 *     FairOrder}
 * @param paidUntil by tenant: the finish tag of what was released last; a tenant that is not here
 *     owes nothing
 */
public record PoolState(
        Map<QueueKey, Queue> queues,
        Map<String, Load> inFlight,
        Map<String, Lease> leases,
        long virtualTime,
        Map<String, Long> paidUntil) {

    public static final PoolState EMPTY = new PoolState(Map.of(), Map.of(), Map.of(), 0, Map.of());

    public PoolState {
        queues = Map.copyOf(queues);
        inFlight = Map.copyOf(inFlight);
        leases = Map.copyOf(leases);
        paidUntil = Map.copyOf(paidUntil);
    }

    /**
     * A queue in which something waits.
     *
     * @param head sequence number of its first entry
     * @param tail sequence number that the next entry gets
     * @param waiting how many wait; fewer than {@code tail - head} once some were withdrawn
     * @param pixels that all those draw
     * @param headCost expected cost of the first entry
     * @param headPixels that the first entry draws
     * @param headVersion version of the first entry's schema, which a worker has to read
     * @param headSince since when the first entry waits
     */
    public record Queue(
            long head,
            long tail,
            long waiting,
            long pixels,
            long headCost,
            long headPixels,
            int headVersion,
            Instant headSince) {

        /** The queue that the first entry makes. */
        static Queue of(WorkItem first, Instant since) {
            return new Queue(
                    0,
                    1,
                    1,
                    first.getPixels(),
                    first.getExpectedCost(),
                    first.getPixels(),
                    first.getProtocolVersion(),
                    since);
        }

        /** With one more at its end. */
        Queue plus(long morePixels) {
            return new Queue(
                    head, tail + 1, waiting + 1, pixels + morePixels, headCost, headPixels, headVersion, headSince);
        }

        /** With one less behind its head. */
        Queue minus(long fewerPixels) {
            return new Queue(
                    head, tail, waiting - 1, pixels - fewerPixels, headCost, headPixels, headVersion, headSince);
        }

        Queue beginningWith(Backlog.Waiting first) {
            return new Queue(
                    first.sequence(),
                    tail,
                    waiting,
                    pixels,
                    first.item().getExpectedCost(),
                    first.item().getPixels(),
                    first.item().getProtocolVersion(),
                    first.since());
        }
    }

    /** Attempts at work items, and the pixels that these draw. */
    public record Load(int items, long pixels) {
        static final Load NONE = new Load(0, 0);

        Load plus(long morePixels) {
            return new Load(items + 1, pixels + morePixels);
        }

        /** Empty when nothing is left. */
        Optional<Load> minus(long fewerPixels) {
            return items == 1 ? Optional.empty() : Optional.of(new Load(items - 1, pixels - fewerPixels));
        }
    }

    /** Work items that a worker can hold at once, and the newest version of them that it reads, until it is heard of no more. */
    public record Lease(int slots, int version, Instant until) {}
}
