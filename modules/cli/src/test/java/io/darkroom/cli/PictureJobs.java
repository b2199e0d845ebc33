package io.darkroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.cli.client.JobClient;
import io.darkroom.cli.client.JobFollower;
import io.darkroom.cli.local.LocalSystem;
import io.darkroom.contract.request.Envelope;
import io.darkroom.contract.result.JobResult;
import io.darkroom.images.ImageLimits;
import io.darkroom.images.ImageReading;
import io.darkroom.images.RgbImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Jobs in a whole system, and the pictures that they make. */
final class PictureJobs {
    private PictureJobs() {}

    /** @param stages as JSON, with commas between them */
    static JobResult run(LocalSystem system, String id, String stages) {
        String job = """
            { "schema_version": 1, "id": "%s", "stages": [ %s ], "output": { "uri": "%s" } }
            """.formatted(id, stages, system.outputUri());
        try (JobClient client = new JobClient(system.cluster());
                JobFollower follower = JobFollower.fromNow(system.cluster(), Envelope.DEFAULT_TENANT, id)) {
            client.submit(job.getBytes(StandardCharsets.UTF_8), true);
            JobResult result = JobClient.awaitResult(follower, _ -> {});
            assertThat(result.error()).isEmpty();
            return result;
        }
    }

    static RgbImage stored(LocalSystem system, JobResult.Image image) throws Exception {
        return ImageReading.read(system.store().get(image.uri(), 1 << 20), ImageLimits.standard());
    }

    static int largestDifference(RgbImage one, RgbImage other) {
        assertThat(one.width()).isEqualTo(other.width());
        int largest = 0;
        for (int i = 0; i < one.rgb().length; i++) {
            largest = Math.max(largest, Math.abs((one.rgb()[i] & 0xff) - (other.rgb()[i] & 0xff)));
        }
        return largest;
    }

    static RgbImage read(Path file) throws Exception {
        return ImageReading.read(Files.readAllBytes(file), ImageLimits.standard());
    }
}
