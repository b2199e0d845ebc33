package io.darkroom.contract.result;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Optional;

/** A record of darkroom.replies; {@code schemas/job-reply.schema.json} documents each field. */
public record JobReply(
        int schemaVersion,
        String tenant,
        String id,
        Optional<Integer> run,
        Action action,
        Outcome outcome,
        String message,
        Instant at) {

    /** What was asked. */
    public enum Action {
        @JsonProperty("submit")
        SUBMIT,
        @JsonProperty("cancel")
        CANCEL,
        @JsonProperty("reprioritise")
        REPRIORITISE,
        @JsonProperty("replay")
        REPLAY
    }

    /** What came of it. */
    public enum Outcome {
        @JsonProperty("duplicate")
        DUPLICATE,
        @JsonProperty("conflict")
        CONFLICT,
        @JsonProperty("invalid")
        INVALID,
        @JsonProperty("cancelled")
        CANCELLED,
        @JsonProperty("reprioritised")
        REPRIORITISED,
        @JsonProperty("replayed")
        REPLAYED,
        @JsonProperty("not_replayable")
        NOT_REPLAYABLE,
        @JsonProperty("already_finished")
        ALREADY_FINISHED,
        @JsonProperty("unknown_job")
        UNKNOWN_JOB
    }
}
