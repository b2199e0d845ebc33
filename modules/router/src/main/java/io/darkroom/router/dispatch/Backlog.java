package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.WorkItem;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What waits in one pool's queue, to be read while deciding. Sequence numbers run from head to
 * tail.
 */
public interface Backlog {
    /** The work item at that place; empty when it was withdrawn. */
    Optional<WorkItem> at(long sequence);

    /** Where the attempt waits; empty when it does not. */
    OptionalLong placeOf(AttemptKey attempt);
}
