package io.darkroom.router.streams;

import io.darkroom.contract.json.Json;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.topic.Topics;
import java.util.List;

/**
 * A result as JSON that the broker takes. Its pictures and labels are bounded at the door; with the
 * longest of both, the stages' summaries may not fit beside them, and are left out.
 */
final class BoundedResult {
    private static final int MAX_BYTES = Topics.MAX_RECORD_BYTES - 16 * 1024;

    private BoundedResult() {}

    static byte[] json(JobResult result) {
        byte[] whole = Json.write(result);
        return whole.length <= MAX_BYTES ? whole : Json.write(withoutStages(result));
    }

    private static JobResult withoutStages(JobResult result) {
        return new JobResult(
                result.schemaVersion(),
                result.tenant(),
                result.id(),
                result.run(),
                result.status(),
                result.labels(),
                result.images(),
                List.of(),
                result.error(),
                result.submittedAt(),
                result.finishedAt(),
                result.traceparent(),
                result.lostAttempts(),
                result.lostDeviceMs());
    }
}
