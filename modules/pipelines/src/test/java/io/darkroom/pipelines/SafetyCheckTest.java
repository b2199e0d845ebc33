package io.darkroom.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.darkroom.images.ImageLimits;
import io.darkroom.images.ImageReading;
import io.darkroom.images.RgbImage;
import io.darkroom.inference.device.Device;
import io.darkroom.inference.device.DeviceConfig;
import io.darkroom.inference.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What diffusers' pipeline shows of a checkpoint with a safety checker, and what it says about each picture. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SafetyCheckTest {
    private static final Path DATA = GoldenCase.FOLDER.resolve("safety-checker");

    private Device device;
    private ModelFolder model;

    static List<JsonNode> checks() throws IOException {
        List<JsonNode> checks = new ArrayList<>();
        new ObjectMapper().readTree(DATA.resolve("checks.json").toFile()).forEach(checks::add);
        return checks;
    }

    @BeforeAll
    void open(@TempDir Path folder) throws Exception {
        device = Device.open(DeviceConfig.cpu());
        for (String part : List.of("sd-factor8", "safety-checker")) {
            Checkpoints.copy(Checkpoints.folder(part), folder);
        }
        model = ModelFolder.open(folder);
    }

    @AfterAll
    void close() {
        device.close();
    }

    @ParameterizedTest
    @MethodSource("checks")
    void aPictureThatShouldNotBeShownIsBlackAsFromDiffusers(JsonNode check) throws Exception {
        Decoded decoded = decoded(check, SafetyMode.BLANK);

        assertThat(decoded.nsfwDetected()).isEqualTo(verdicts(check));
        for (int i = 0; i < decoded.nsfwDetected().size(); i++) {
            RgbImage expected = picture(check, i);
            assertThat(Differences.largest(decoded.images().images().get(i), expected))
                    .isLessThanOrEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("checks")
    void flaggingShowsThePictureAll(JsonNode check) throws Exception {
        Decoded flagged = decoded(check, SafetyMode.FLAG);
        Decoded unchecked = decoded(check, SafetyMode.OFF);

        assertThat(flagged.nsfwDetected()).isEqualTo(verdicts(check));
        assertThat(unchecked.nsfwDetected()).isEmpty();
        assertThat(flagged.images().images()).isEqualTo(unchecked.images().images());
    }

    private Decoded decoded(JsonNode check, SafetyMode mode) throws Exception {
        Pipelines pipelines = new Pipelines(device, PipelineLimits.DEFAULT, mode);
        StageCall call = new StageCall.Text2Img(
                model,
                Prompt.of(check.get("prompt").asText()),
                Sampling.of(
                        check.get("num_inference_steps").asInt(),
                        check.get("guidance_scale").asDouble()),
                Seeds.of(check.get("seed").asLong()),
                check.get("num_images_per_prompt").asInt(),
                OptionalInt.of(check.get("width").asInt()),
                OptionalInt.of(check.get("height").asInt()));
        StageOutcome outcome = pipelines.run(call, Optional.empty(), StageListener.SILENT);
        return pipelines.decode(model, outcome.latents());
    }

    private static List<Boolean> verdicts(JsonNode check) {
        List<Boolean> verdicts = new ArrayList<>();
        check.get("nsfw_content_detected").forEach(verdict -> verdicts.add(verdict.asBoolean()));
        return verdicts;
    }

    private static RgbImage picture(JsonNode check, int index) throws Exception {
        Path file = DATA.resolve(check.get("out_images").get(index).asText());
        return ImageReading.read(Files.readAllBytes(file), ImageLimits.standard());
    }
}
