package io.darkroom.router.job;

import io.darkroom.contract.wire.WorkDone;
import java.time.Instant;
import java.util.Optional;

/** Where one work item of an active job is. */
public sealed interface ItemState {
    /** Waits for another work item of its job. */
    record Blocked() implements ItemState {}

    /** Waits before its next attempt. {@code runnable} says since when the work item could run. */
    record BackingOff(Tries tries, Instant runnable, Instant until) implements ItemState {}

    /** In its pool's queue. */
    record Queued(Tries tries, Instant runnable) implements ItemState {}

    /** In its pool's topic; no worker has started it yet. */
    record Released(Tries tries, Instant runnable, Instant at) implements ItemState {}

    /** Started; {@code limit} is when this start has taken too long. */
    record Running(Tries tries, Instant runnable, Instant started, Instant limit, String worker) implements ItemState {}

    /** Has its one accepted outcome; its handover is dropped once nothing waits for it. */
    record Done(Tries tries, Instant runnable, Instant started, WorkDone outcome) implements ItemState {}

    /** What was tried so far, empty while the item is blocked. */
    default Optional<Tries> tried() {
        return switch (this) {
            case Blocked _ -> Optional.empty();
            case BackingOff(var tries, var _, var _) -> Optional.of(tries);
            case Queued(var tries, var _) -> Optional.of(tries);
            case Released(var tries, var _, var _) -> Optional.of(tries);
            case Running(var tries, var _, var _, var _, var _) -> Optional.of(tries);
            case Done(var tries, var _, var _, var _) -> Optional.of(tries);
        };
    }

    /** Whether an attempt is out: dispatch or a worker has it, and an outcome may come. */
    default boolean attemptIsOut() {
        return switch (this) {
            case Queued _, Released _, Running _ -> true;
            case Blocked _, BackingOff _, Done _ -> false;
        };
    }
}
