package io.darkroom.router.dispatch;

import java.util.Comparator;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * What follows from a pool's state and is kept with it, so that no event has to look at all of it.
 *
 * @param order of the queues whose tenant may have more
 * @param tags of tenants that have had more than their share, least first
 * @param capacity by the newest version that workers read
 */
record PoolIndex(
        FairIndex order,
        TreePSet<Tag> tags,
        TreePMap<Integer, Capacity> capacity,
        long itemsInFlight,
        int tenantsWaiting) {

    static final PoolIndex EMPTY = new PoolIndex(
            FairIndex.EMPTY,
            TreePSet.empty(Comparator.comparingLong(Tag::value).thenComparing(Tag::tenant)),
            TreePMap.empty(),
            0,
            0);

    record Tag(long value, String tenant) {}

    /** Workers, and the slots of all of them. */
    record Capacity(int workers, int slots) {
        static final Capacity NONE = new Capacity(0, 0);

        Capacity plus(int moreWorkers, int moreSlots) {
            return new Capacity(workers + moreWorkers, slots + moreSlots);
        }

        /**
         * As many as there are slots, and one for each worker to take when a slot falls free, so that the way to the router
         * and back costs no device time; but so few that what is released last still starts when those have ended that run
         * now.
         */
        int room() {
            return slots + Math.min(workers, slots - 1);
        }
    }

    /** Of the workers that read that version. */
    Capacity capacityFor(int version) {
        Capacity sum = Capacity.NONE;
        for (var entry : capacity.entrySet()) {
            if (entry.getKey() >= version) {
                sum = sum.plus(entry.getValue().workers(), entry.getValue().slots());
            }
        }
        return sum;
    }
}
