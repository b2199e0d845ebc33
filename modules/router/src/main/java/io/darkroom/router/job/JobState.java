package io.darkroom.router.job;

import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.wire.Priority;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the router knows about a (tenant, id). */
public sealed interface JobState {
    /** Nothing, or nothing any more. */
    record Unknown() implements JobState {}

    /** A cancellation came before the job; it is applied if the job comes in time. */
    record EarlyCancel(String reason, Instant until) implements JobState {}

    /**
     * Accepted, without a result yet.
     *
     * @param items one state for each work item of the plan
     * @param priority as accepted, or as changed since
     */
    record Active(AcceptedJob job, List<ItemState> items, Priority priority) implements JobState {
        public Active {
            items = List.copyOf(items);
        }
    }

    /**
     * Has its result; remembered so that a repeat does not run again.
     *
     * @param contentHash of the request that was accepted, empty when it was refused
     * @param replayable the job, where it failed or expired and can be run again
     */
    record Finished(int run, JobResult.Status status, String contentHash, Instant at, Optional<AcceptedJob> replayable)
            implements JobState {
        /** A refused request never was a job: its id can be used again. */
        boolean idIsFree() {
            return status == JobResult.Status.REJECTED;
        }
    }
}
