package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.WorkItem;

/** What a decision about a pool changes in its queue, and what it releases. */
public sealed interface DispatchOutput {
    /** The item now waits at that place. */
    record Enqueued(long sequence, WorkItem item) implements DispatchOutput {}

    /** The attempt waits no more; its place stays, empty, until the head passes it. */
    record Withdrawn(long sequence, AttemptKey attempt) implements DispatchOutput {}

    /** The head passed that place. */
    record Passed(long sequence) implements DispatchOutput {}

    /** To the pool's topic, and to the item's job. */
    record Release(WorkItem item) implements DispatchOutput {}
}
