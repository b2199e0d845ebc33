package io.darkroom.worker.attempt;

import java.util.Optional;

/** Asked at every step by running work; answers at once, from any thread. */
@FunctionalInterface
public interface StopSignal {

    /** Why the work is to stop, empty while it may go on. */
    Optional<StopReason> reason();

    default void check() throws StoppedException {
        Optional<StopReason> reason = reason();
        if (reason.isPresent()) {
            throw new StoppedException(reason.get());
        }
    }
}
