package io.darkroom.router.job;

import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkInput;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where one work item of an active job is. */
public sealed interface ItemState {
    /**
     * Waits for another work item of its job.
     *
     * @param next what its next attempt begins with
     */
    record Blocked(Tries next) implements ItemState {
        public Blocked() {
            this(Tries.FIRST);
        }
    }

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

    /**
     * Not run: what it hands on was kept by an earlier run or another job, or is taken by nothing that is run.
     *
     * @param next what its first attempt begins with, should it have to be run after all
     * @param handover empty if nothing that is run takes it
     */
    record Reused(Tries next, List<WorkInput> handover) implements ItemState {
        public Reused {
            handover = List.copyOf(handover);
        }
    }

    /** What was tried so far, empty while the item is blocked or not run. */
    default Optional<Tries> tried() {
        return switch (this) {
            case Blocked _, Reused _ -> Optional.empty();
            case BackingOff(var tries, var _, var _) -> Optional.of(tries);
            case Queued(var tries, var _) -> Optional.of(tries);
            case Released(var tries, var _, var _) -> Optional.of(tries);
            case Running(var tries, var _, var _, var _, var _) -> Optional.of(tries);
            case Done(var tries, var _, var _, var _) -> Optional.of(tries);
        };
    }

    /** What was tried so far, whether an attempt is out or not. */
    default Tries history() {
        return switch (this) {
            case Blocked(var next) -> next;
            case Reused(var next, var _) -> next;
            case BackingOff _, Queued _, Released _, Running _, Done _ -> tried().orElseThrow();
        };
    }

    /** The same place with what was tried counted otherwise. */
    default ItemState with(Tries tries) {
        return switch (this) {
            case Blocked _ -> new Blocked(tries);
            case BackingOff(var _, var runnable, var until) -> new BackingOff(tries, runnable, until);
            case Queued(var _, var runnable) -> new Queued(tries, runnable);
            case Released(var _, var runnable, var at) -> new Released(tries, runnable, at);
            case Running(var _, var runnable, var started, var limit, var worker) ->
                new Running(tries, runnable, started, limit, worker);
            case Done(var _, var runnable, var started, var outcome) -> new Done(tries, runnable, started, outcome);
            case Reused(var _, var handover) -> new Reused(tries, handover);
        };
    }

    /** Whether an attempt is out: dispatch or a worker has it, and an outcome may come. */
    default boolean attemptIsOut() {
        return switch (this) {
            case Queued _, Released _, Running _ -> true;
            case Blocked _, BackingOff _, Done _, Reused _ -> false;
        };
    }

    /** Whether nothing is to be done for it any more. */
    default boolean isOver() {
        return this instanceof Done || this instanceof Reused;
    }
}
