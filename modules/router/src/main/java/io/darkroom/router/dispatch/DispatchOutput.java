package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.WorkItem;
import java.time.Instant;

/** What a decision about a pool changes in its queues, and what it releases. */
public sealed interface DispatchOutput {
    /** The item now waits at that place. */
    record Enqueued(Backlog.Place place, WorkItem item, Instant since) implements DispatchOutput {}

    /** Nothing waits at that place any more. */
    record Dequeued(Backlog.Place place, AttemptKey attempt) implements DispatchOutput {}

    /** To the pool's topic, and to the item's job; the attempt is in flight from now on. */
    record Release(WorkItem item) implements DispatchOutput {}

    /** The attempt is no longer in flight. */
    record Landed(AttemptKey attempt) implements DispatchOutput {}

    /** To the item's job: it will not be queued, for that reason. */
    record TurnedAway(WorkItem item, String reason) implements DispatchOutput {}
}
