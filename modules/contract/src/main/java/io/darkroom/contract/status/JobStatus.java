package io.darkroom.contract.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;

/** A record of darkroom.jobs; {@code schemas/job-status.schema.json} documents each field. */
public record JobStatus(
        int schemaVersion,
        String tenant,
        String id,
        int run,
        State state,
        List<WorkItemStatus> workItems,
        Instant updatedAt) {

    /** The job as a whole. */
    public enum State {
        @JsonProperty("queued")
        QUEUED,
        @JsonProperty("running")
        RUNNING,
        @JsonProperty("succeeded")
        SUCCEEDED,
        @JsonProperty("failed")
        FAILED,
        @JsonProperty("rejected")
        REJECTED,
        @JsonProperty("cancelled")
        CANCELLED,
        @JsonProperty("expired")
        EXPIRED;

        /** Whether the job's result has been published. */
        public boolean terminal() {
            return this != QUEUED && this != RUNNING;
        }
    }

    /** One work item of the job's plan. */
    public record WorkItemStatus(int index, String pool, List<String> stages, WorkItemState state, int attempt) {}

    /** Where a work item is. */
    public enum WorkItemState {
        /** Waits for an earlier work item. */
        @JsonProperty("blocked")
        BLOCKED,
        /** Waits in its pool's queue. */
        @JsonProperty("queued")
        QUEUED,
        /** In the pool's topic, not yet started. */
        @JsonProperty("released")
        RELEASED,
        @JsonProperty("running")
        RUNNING,
        @JsonProperty("done")
        DONE,
        @JsonProperty("failed")
        FAILED
    }
}
