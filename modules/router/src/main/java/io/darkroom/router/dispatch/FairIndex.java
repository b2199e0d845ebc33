package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * Which queue is served next, of those whose tenant may have more: the highest priority first; within it, tenants by
 * start-time fair queueing (Goyal, Vin, Cheng: "Start-time Fair Queueing", SIGCOMM 1996), so that the expected cost released
 * for each is in proportion to its weight; between equals, what has waited longest.
 *
 * <p>Each release moves its tenant's tag on by cost over weight; the lowest tag is next. A tenant that was away starts at the
 * tag that is being served, so that it owes nothing for its absence and is owed nothing either. Unlike deficit round robin it
 * needs no quantum, which for work whose costs differ by a factor of a thousand is either too small (many empty rounds) or
 * too large (bursts).
 *
 * <p>Immutable. A change and a look take time by the logarithm of the number of queues; time that passes costs only the
 * queues whose order it changes.
 */
final class FairIndex {
    /** What order within a lane falls back on, to be the same on every router. */
    private static final Comparator<Entry> BY_AGE = Comparator.comparing(Entry::since)
            .thenComparing(entry -> entry.key().tenant())
            .thenComparing(entry -> entry.key().priority());

    private static final Comparator<Entry> BY_TAG =
            Comparator.comparingLong(Entry::tag).thenComparing(BY_AGE);

    static final FairIndex EMPTY = new FairIndex(
            HashTreePMap.empty(),
            TreePMap.empty(Comparator.comparingInt(LaneKey::rank).thenComparingInt(LaneKey::version)),
            TreePSet.empty(Comparator.comparing(Entry::ranksHigherAt).thenComparing(BY_AGE)));

    private final PMap<QueueKey, Entry> entries;
    private final TreePMap<LaneKey, Lane> lanes;

    /** Those that will rank higher if they wait long enough. */
    private final TreePSet<Entry> ageing;

    private FairIndex(PMap<QueueKey, Entry> entries, TreePMap<LaneKey, Lane> lanes, TreePSet<Entry> ageing) {
        this.entries = entries;
        this.lanes = lanes;
        this.ageing = ageing;
    }

    /**
     * A queue that may be served.
     *
     * @param rank 0 is served first
     * @param version of its first entry's schema
     * @param tag of its tenant; one that is not ahead of virtual time counts as virtual time
     * @param since when its first entry began to wait
     */
    private record Entry(QueueKey key, int rank, int version, long tag, Instant since, Instant ranksHigherAt) {
        LaneKey lane() {
            return new LaneKey(rank, version);
        }
    }

    private record LaneKey(int rank, int version) {}

    /** @param ahead those whose tag is ahead of virtual time, when it was looked at last */
    private record Lane(TreePSet<Entry> level, TreePSet<Entry> ahead) {
        static final Lane EMPTY = new Lane(TreePSet.empty(BY_AGE), TreePSet.empty(BY_TAG));

        /** Virtual time only grows, so each entry comes here once for each of its tenant's tags. */
        Lane at(long virtualTime) {
            Lane lane = this;
            while (!lane.ahead.isEmpty() && lane.ahead.first().tag() <= virtualTime) {
                Entry first = lane.ahead.first();
                lane = new Lane(lane.level.plus(first), lane.ahead.minus(first));
            }
            return lane;
        }

        Lane with(Entry entry) {
            return new Lane(level, ahead.plus(entry));
        }

        Lane without(Entry entry) {
            return new Lane(level.minus(entry), ahead.minus(entry));
        }

        boolean isEmpty() {
            return level.isEmpty() && ahead.isEmpty();
        }

        QueueKey first() {
            return (level.isEmpty() ? ahead : level).first().key();
        }

        Entry firstEntry() {
            return (level.isEmpty() ? ahead : level).first();
        }
    }

    FairIndex with(QueueKey key, PoolState.Queue queue, long tag, Duration ageingStep, Instant now) {
        return without(key).plus(entry(key, queue.headVersion(), queue.headSince(), tag, ageingStep, now));
    }

    FairIndex without(QueueKey key) {
        Entry entry = entries.get(key);
        if (entry == null) {
            return this;
        }
        Lane left = lanes.get(entry.lane()).without(entry);
        return new FairIndex(
                entries.minus(key),
                left.isEmpty() ? lanes.minus(entry.lane()) : lanes.plus(entry.lane(), left),
                ageing.minus(entry));
    }

    /** In the order of that time. */
    FairIndex at(Instant now, long virtualTime, Duration ageingStep) {
        FairIndex index = this;
        while (!index.ageing.isEmpty() && !now.isBefore(index.ageing.first().ranksHigherAt())) {
            Entry old = index.ageing.first();
            index = index.without(old.key())
                    .plus(entry(old.key(), old.version(), old.since(), old.tag(), ageingStep, now));
        }
        TreePMap<LaneKey, Lane> current = index.lanes;
        for (Map.Entry<LaneKey, Lane> lane : index.lanes.entrySet()) {
            Lane moved = lane.getValue().at(virtualTime);
            if (moved != lane.getValue()) {
                current = current.plus(lane.getKey(), moved);
            }
        }
        return current == index.lanes ? index : new FairIndex(index.entries, current, index.ageing);
    }

    /**
     * The queue that is served next.
     *
     * @param released which versions may be released now
     */
    Optional<QueueKey> next(IntPredicate released) {
        Optional<Map.Entry<LaneKey, Lane>> best = Optional.empty();
        for (Map.Entry<LaneKey, Lane> lane : lanes.entrySet()) {
            if (best.isPresent() && best.get().getKey().rank() < lane.getKey().rank()) {
                break;
            }
            if (released.test(lane.getKey().version())
                    && (best.isEmpty() || isBefore(lane.getValue(), best.get().getValue()))) {
                best = Optional.of(lane);
            }
        }
        return best.map(lane -> lane.getValue().first());
    }

    private static boolean isBefore(Lane one, Lane other) {
        if (one.level.isEmpty() != other.level.isEmpty()) {
            return !one.level.isEmpty();
        }
        return (one.level.isEmpty() ? BY_TAG : BY_AGE).compare(one.firstEntry(), other.firstEntry()) < 0;
    }

    private FairIndex plus(Entry entry) {
        Lane lane = lanes.getOrDefault(entry.lane(), Lane.EMPTY);
        return new FairIndex(
                entries.plus(entry.key(), entry),
                lanes.plus(entry.lane(), lane.with(entry)),
                entry.rank() == 0 ? ageing : ageing.plus(entry));
    }

    private static Entry entry(QueueKey key, int version, Instant since, long tag, Duration ageingStep, Instant now) {
        long aged = Math.max(0, Duration.between(since, now).dividedBy(ageingStep));
        int rank = (int) Math.max(0, level(key.priority()) - aged);
        Instant higher = rank == 0 ? Instant.MAX : since.plus(ageingStep.multipliedBy(aged + 1));
        return new Entry(key, rank, version, tag, since, higher);
    }

    private static int level(Priority priority) {
        return switch (priority) {
            case PRIORITY_INTERACTIVE -> 0;
            case PRIORITY_STANDARD, PRIORITY_UNSPECIFIED, UNRECOGNIZED -> 1;
            case PRIORITY_BULK -> 2;
        };
    }
}
