package io.darkroom.router.dispatch;

import io.darkroom.router.dispatch.PoolIndex.Capacity;
import io.darkroom.router.dispatch.PoolState.Header;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Whether there is room in a pool for one more work item of some version. The pool's topic is open to all of its workers, and
 * one that does not read a work item hands it back; after ten deliveries the broker drops it in silence. So work of a newer
 * version waits for old workers to leave while workers are replaced, but not for ever, or one forgotten worker would stop
 * the pool: after the hold it is released to those that read it, no more of it than these can take, so that one of them is
 * free when an old worker has handed it back (and pauses, as workers do then).
 */
final class VersionGate {
    /** When newer work may be held back once more: workers are replaced so seldom, and forgotten ones stay. */
    private static final Duration HOLD_AGAIN = Duration.ofDays(1);

    private final Duration hold;
    private final PoolDraft pool;
    private final Instant now;

    VersionGate(Duration hold, PoolDraft pool, Instant now) {
        this.hold = hold;
        this.pool = pool;
        this.now = now;
    }

    boolean isOpenFor(int version) {
        PoolIndex index = pool.index();
        Capacity all = index.capacityFor(0);
        if (index.itemsInFlight() >= all.room()) {
            return false;
        }
        Capacity readers = index.capacityFor(version);
        if (readers.equals(all)) {
            return true;
        }
        return readers.slots() > 0 && inFlightFrom(version) < readers.room() && holdIsOver();
    }

    private long inFlightFrom(int version) {
        return pool.header().newerInFlight().entrySet().stream()
                .filter(entry -> entry.getKey() >= version)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private boolean holdIsOver() {
        Header header = pool.header();
        Optional<Instant> since = header.heldSince().filter(begun -> now.isBefore(begun.plus(HOLD_AGAIN)));
        if (since.isEmpty()) {
            pool.header(new Header(header.virtualTime(), header.newerInFlight(), Optional.of(now)));
        }
        return !now.isBefore(since.orElse(now).plus(hold));
    }
}
