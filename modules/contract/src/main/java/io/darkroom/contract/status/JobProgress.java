package io.darkroom.contract.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Optional;

/** A record of darkroom.progress; {@code schemas/job-progress.schema.json} documents each field. */
public record JobProgress(
        int schemaVersion,
        String tenant,
        String id,
        int run,
        String stage,
        Phase phase,
        Optional<Integer> step,
        Optional<Integer> steps,
        int workItem,
        int attempt,
        Optional<String> worker,
        Instant at) {

    /** Where in its life the stage is. */
    public enum Phase {
        @JsonProperty("started")
        STARTED,
        @JsonProperty("denoising")
        DENOISING,
        @JsonProperty("finished")
        FINISHED
    }
}
