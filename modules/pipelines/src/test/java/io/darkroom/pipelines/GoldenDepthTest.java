package io.darkroom.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.darkroom.images.ImageLimits;
import io.darkroom.images.ImageReading;
import io.darkroom.images.RgbImage;
import io.darkroom.inference.device.Device;
import io.darkroom.inference.device.DeviceConfig;
import io.darkroom.inference.model.DepthFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same depth maps as transformers' pipeline, to 1/255 per pixel. */
class GoldenDepthTest {
    private static final Path FOLDER = GoldenCase.FOLDER.resolve("depth");
    private static Device device;

    static List<JsonNode> cases() throws Exception {
        List<JsonNode> cases = new ArrayList<>();
        new ObjectMapper().readTree(FOLDER.resolve("depths.json").toFile()).forEach(cases::add);
        return cases;
    }

    @BeforeAll
    static void open() {
        device = Device.open(DeviceConfig.cpu());
    }

    @AfterAll
    static void close() {
        device.close();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theMapIsTheOneThatTransformersMakes(JsonNode golden) throws Exception {
        DepthFolder model =
                DepthFolder.open(Checkpoints.folder(golden.get("checkpoint").asText()));
        RgbImage picture = read(golden.get("image").asText());
        Preprocessed made = new Pipelines(device).depth(model, new Picture.Images(List.of(picture)));

        assertThat(Differences.largest(
                        made.images().images().getFirst(),
                        read(golden.get("depth").asText())))
                .isLessThanOrEqualTo(1);
        assertThat(made.warnings()).isEmpty();
    }

    private static RgbImage read(String file) throws Exception {
        Path own = FOLDER.resolve(file);
        return ImageReading.read(
                Files.readAllBytes(Files.exists(own) ? own : GoldenCase.FOLDER.resolve(file)), ImageLimits.standard());
    }
}
