package io.darkroom.contract.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.ErrorKind;
import io.darkroom.contract.error.Fault;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A record of darkroom.results; {@code schemas/job-result.schema.json} documents each field. */
public record JobResult(
        int schemaVersion,
        String tenant,
        String id,
        int run,
        Status status,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> labels,
        List<Image> images,
        List<StageSummary> stages,
        Optional<JobError> error,
        Instant submittedAt,
        Instant finishedAt,
        Optional<String> traceparent,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int lostAttempts,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) long lostDeviceMs) {
    /** What JSON leaves out when it is empty is read as empty. */
    public JobResult {
        labels = labels == null ? Map.of() : labels;
    }

    /** How the job ended. */
    public enum Status {
        @JsonProperty("succeeded")
        SUCCEEDED,
        @JsonProperty("failed")
        FAILED,
        @JsonProperty("rejected")
        REJECTED,
        @JsonProperty("cancelled")
        CANCELLED,
        @JsonProperty("expired")
        EXPIRED
    }

    /** One picture. */
    public record Image(
            String stage,
            int index,
            URI uri,
            String sha256,
            long bytes,
            int width,
            int height,
            Optional<String> mediaType,
            Optional<Long> seed,
            Optional<Double> strength,
            Optional<Double> guidanceScale,
            Optional<Boolean> nsfwContentDetected) {}

    /** What became of one stage. */
    public record StageSummary(
            String stage,
            String kind,
            Optional<String> model,
            Optional<String> modelDigest,
            int workItem,
            Optional<Integer> attempts,
            Optional<Long> queuedMs,
            Optional<Long> computedMs,
            Optional<Long> deviceMs,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean reused,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> warnings) {
        /** What JSON leaves out when it is empty is read as empty. */
        public StageSummary {
            warnings = warnings == null ? List.of() : List.copyOf(warnings);
        }
    }

    /** Why there are no pictures. */
    public record JobError(
            ErrorCode code,
            ErrorKind kind,
            Optional<String> stage,
            String message,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Fault> faults) {
        /** What JSON leaves out when it is empty is read as empty. */
        public JobError {
            faults = faults == null ? List.of() : List.copyOf(faults);
        }

        public static JobError of(ErrorCode code, String message) {
            return new JobError(code, code.kind(), Optional.empty(), message, List.of());
        }
    }
}
