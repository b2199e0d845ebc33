package io.darkroom.contract.request;

import io.darkroom.contract.wire.ImageFormat;
import io.darkroom.contract.wire.Priority;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request that passed the door: every rule of {@code schemas/job-request.schema.json}, and every
 * rule between its fields, holds; defaults are filled in. It is never checked again.
 *
 * @param deadline from admission on; empty where the request names none
 * @param contentHash SHA-256 over the request's meaning, so that a repeat with other spacing is the
 *     same request
 * @param outputUri ends with a slash
 */
public record ValidJob(
        String tenant,
        String id,
        Optional<Duration> deadline,
        Optional<Priority> priority,
        Map<String, String> labels,
        List<ValidStage> stages,
        String outputUri,
        ImageFormat format,
        String contentHash) {

    public ValidJob {
        labels = Map.copyOf(labels);
        stages = List.copyOf(stages);
    }
}
