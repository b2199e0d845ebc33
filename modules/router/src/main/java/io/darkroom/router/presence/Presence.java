package io.darkroom.router.presence;

import io.darkroom.contract.wire.router.WorkerLease;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Which workers this router hears itself, beside those that are announced by events. */
public interface Presence {
    /** Hears nobody. */
    Presence NONE = List::of;

    /** What each worker said last, of those that were heard a short while ago. */
    Collection<Heard> heard();

    /**
     * A worker.
     *
     * @param lease what it can take; no slots when it has left
     * @param at by this router's clock
     */
    record Heard(String pool, WorkerLease lease, Instant at) {}
}
