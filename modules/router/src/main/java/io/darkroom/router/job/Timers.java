package io.darkroom.router.job;

import java.time.Instant;
import java.util.Optional;

/** The earliest time that an active job waits for. */
final class Timers {
    private Timers() {}

    static Instant next(JobState.Active active, JobLimits limits) {
        Instant earliest = active.job().deadline();
        for (ItemState item : active.items()) {
            Instant due = due(item, limits).orElse(earliest);
            earliest = due.isBefore(earliest) ? due : earliest;
        }
        return earliest;
    }

    /** When something is to be done about a work item although no event came. */
    static Optional<Instant> due(ItemState item, JobLimits limits) {
        return switch (item) {
            case ItemState.BackingOff(var _, var _, Instant until) -> Optional.of(until);
            case ItemState.Released(var _, var _, Instant at) -> Optional.of(at.plus(limits.unstarted()));
            case ItemState.Running(var _, var _, var _, Instant limit, var _) -> Optional.of(limit);
            case ItemState.Blocked _, ItemState.Queued _, ItemState.Done _, ItemState.Reused _ -> Optional.empty();
        };
    }
}
