package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.DispatchEvent;
import io.darkroom.contract.wire.router.WorkMoved;

/** What jobs tell dispatch, as records. */
public final class DispatchEvents {
    private DispatchEvents() {}

    public static DispatchEvent wanted(WorkItem item) {
        return DispatchEvent.newBuilder().setWanted(item).build();
    }

    public static DispatchEvent freed(AttemptKey attempt) {
        return DispatchEvent.newBuilder().setFreed(attempt).build();
    }

    public static DispatchEvent moved(AttemptKey attempt, Priority priority) {
        return DispatchEvent.newBuilder()
                .setMoved(WorkMoved.newBuilder().setAttempt(attempt).setPriority(priority))
                .build();
    }
}
