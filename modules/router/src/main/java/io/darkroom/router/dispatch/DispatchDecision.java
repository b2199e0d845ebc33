package io.darkroom.router.dispatch;

import java.util.List;

/** A pool's next state, what of it is new, and what follows from it, in order. */
public record DispatchDecision(PoolState state, PoolChanges changes, List<DispatchOutput> outputs) {
    public DispatchDecision {
        outputs = List.copyOf(outputs);
    }
}
