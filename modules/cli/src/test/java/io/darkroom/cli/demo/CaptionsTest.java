package io.darkroom.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.result.JobResult;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CaptionsTest {
    private static final String JOB = """
        {"stages": [
          {"id": "draft", "kind": "text2img", "model": "base", "prompt": "a fox"},
          {"id": "comic", "kind": "img2img", "model": "comic", "prompt": "a fox", "strength": 0.6,
           "loras": [{"model": "neon", "scale": 1.0}]},
          {"id": "sweep", "kind": "img2img", "model": "base", "prompt": "a cat", "strength": [0.5, 0.75]},
          {"id": "edges", "kind": "canny", "input": "draft"},
          {"id": "quick", "kind": "text2img", "model": "lcm", "scheduler": "LCMScheduler", "num_inference_steps": 4}]}
        """;

    @Test
    void eachSaysWhatIsSpecialAboutItsPicture() throws Exception {
        List<JobResult.Image> images = List.of(
                image("draft", 64, Optional.empty()),
                image("comic", 64, Optional.empty()),
                image("sweep", 64, Optional.of(0.75)),
                image("edges", 64, Optional.empty()),
                image("quick", 64, Optional.empty()));

        assertThat(captions(images))
                .containsExactly(
                        "text2img base\na fox",
                        "img2img comic\nstrength 0.6\nneon",
                        "img2img base\nstrength 0.75\na cat",
                        "canny",
                        "text2img lcm\n4 steps\nLCMScheduler");
    }

    @Test
    void sizesAreSaidWhereTheyDiffer() throws Exception {
        assertThat(captions(List.of(image("draft", 64, Optional.empty()), image("comic", 128, Optional.empty()))))
                .containsExactly("text2img base\n64 x 64\na fox", "img2img comic\n128 x 128\nstrength 0.6\nneon");
    }

    private static List<String> captions(List<JobResult.Image> images) throws Exception {
        JsonNode job = Json.mapper().readTree(JOB);
        var captions = new Captions(job, images);
        return images.stream().map(captions::next).toList();
    }

    private static JobResult.Image image(String stage, int side, Optional<Double> strength) {
        return new JobResult.Image(
                stage,
                0,
                URI.create("s3://renders/" + stage),
                "",
                0,
                side,
                side,
                Optional.of("image/png"),
                Optional.empty(),
                strength,
                Optional.empty(),
                Optional.empty());
    }
}
