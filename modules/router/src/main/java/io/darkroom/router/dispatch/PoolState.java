package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.WorkerLease;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * One pool, but for the work items that wait for it and the attempts that are in flight. Its maps are persistent: the next
 * state shares with this one what an event did not change, so that an event costs as much in a pool of many tenants.
 *
 * @param queues those in which something waits
 * @param inFlight by tenant: how much was released and is not yet over; the attempts themselves are a set beside it ({@link
 *     Backlog#find}), so that freeing one twice counts once
 * @param paidUntil by tenant: the finish tag of what was released last; a tenant that is not here owes nothing
 * @param leases what each worker can take that was heard of lately, by its incarnation
 * @param header what belongs to no tenant and no worker
 * @param index what is derived from the rest
 */
public record PoolState(
        PMap<QueueKey, Queue> queues,
        PMap<String, Load> inFlight,
        PMap<String, Long> paidUntil,
        PMap<String, Lease> leases,
        Header header,
        PoolIndex index) {

    /** What a worker reads that announces nothing. */
    static final int FIRST_VERSION = 1;

    public static final PoolState EMPTY = new PoolState(
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            Header.EMPTY,
            PoolIndex.EMPTY);

    /** Whether time alone may let something be released. */
    public boolean mayBeHeldBack() {
        return header.heldSince().isPresent() && !queues.isEmpty();
    }

    /** How much was released and is not yet over. */
    public long itemsInFlight() {
        return index.itemsInFlight();
    }

    /** How many tenants have something waiting. */
    public int tenantsWaiting() {
        return index.tenantsWaiting();
    }

    /**
     * What belongs to no tenant and no worker.
     *
     * @param virtualTime of fair queueing: the start tag of what was released last; see {@link FairIndex}
     * @param newerInFlight attempts in flight by the version of their work item, but for the first
     * @param heldSince since when work of a newer version is held back because some workers do not read it
     */
    public record Header(long virtualTime, Map<Integer, Long> newerInFlight, Optional<Instant> heldSince) {
        public static final Header EMPTY = new Header(0, Map.of(), Optional.empty());

        public Header {
            newerInFlight = Map.copyOf(newerInFlight);
        }
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

    /**
     * What a worker can take.
     *
     * @param slots work items that it can hold at once
     * @param version the newest of work items that it reads
     * @param interval between its heartbeats; zero when it does not say
     */
    public record Lease(int slots, int version, Duration interval) {
        /** Empty when the worker has left. */
        public static Optional<Lease> of(WorkerLease lease) {
            return lease.getSlots() == 0
                    ? Optional.empty()
                    : Optional.of(new Lease(
                            lease.getSlots(),
                            Math.max(FIRST_VERSION, lease.getProtocolVersion()),
                            Duration.ofMillis(lease.getIntervalMillis())));
        }
    }
}
