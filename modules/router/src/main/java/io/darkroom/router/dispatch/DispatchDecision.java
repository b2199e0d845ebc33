package io.darkroom.router.dispatch;

import java.util.List;

/** A pool's next state, and what follows from it, in order. */
public record DispatchDecision(PoolState state, List<DispatchOutput> outputs) {
    public DispatchDecision {
        outputs = List.copyOf(outputs);
    }
}
