package io.darkroom.contract.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobResultTest {
    @Test
    void whatIsLeftOutBecauseItIsEmptyIsReadAsEmpty() {
        JobResult.StageSummary stage = new JobResult.StageSummary(
                "0",
                "img2img",
                Optional.empty(),
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                List.of());
        JobResult result = new JobResult(
                1,
                "default",
                "a",
                1,
                JobResult.Status.SUCCEEDED,
                Map.of(),
                List.of(),
                List.of(stage),
                Optional.empty(),
                Instant.EPOCH,
                Instant.EPOCH,
                Optional.empty(),
                2,
                40);

        assertThat(Json.read(Json.write(result), JobResult.class)).isEqualTo(result);
    }
}
