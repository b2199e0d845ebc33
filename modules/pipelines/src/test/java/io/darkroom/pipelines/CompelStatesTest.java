package io.darkroom.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.device.Device;
import io.darkroom.inference.device.DeviceConfig;
import io.darkroom.inference.model.ModelFolder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What compel's syntax does to the text encoders' states, against compel's own. */
class CompelStatesTest {
    private static final Path FOLDER = GoldenCase.FOLDER.resolve("compel");

    private static Device device;

    @BeforeAll
    static void open() {
        device = Device.open(DeviceConfig.cpu());
    }

    @AfterAll
    static void close() {
        device.close();
    }

    @Test
    void theStatesAreThoseThatCompelGives() throws Exception {
        float worst = 0;
        int prompts = 0;
        for (JsonNode golden :
                new ObjectMapper().readTree(FOLDER.resolve("states.json").toFile())) {
            Tensor expected = expected(golden);
            Tensor states = side(
                            golden.get("checkpoint").asText(),
                            golden.get("prompt").asText())
                    .hidden();
            assertThat(states.shape()).as(golden.toString()).isEqualTo(expected.shape());
            float difference = Differences.largest(states, expected);
            assertThat(difference).as(golden.toString()).isLessThan(2e-4f);
            worst = Math.max(worst, difference);
            prompts++;
        }
        System.out.printf("parity compel: %d prompts, states differ by %.2g at most%n", prompts, worst);
    }

    @Test
    void textThatCompelRefusesIsRefusedByItsField() {
        assertThatThrownBy(() -> side("sd-factor8", "(\"a fox\", \"a cat\").blend(1, 2, 3)"))
                .hasMessage("prompt: .blend() has 3 weights for 2 prompts; give one for each");
    }

    @Test
    void aPromptThatWouldKeepTheEncoderBusyIsRefused() {
        assertThatThrownBy(() -> side("sd-factor8", "(a)0.5 (b)0.6 ".repeat(300)))
                .hasMessageStartingWith("prompt: needs more than 512 runs of the text encoder");
        assertThatThrownBy(() -> side("sd-factor8", "fox ".repeat(1200))).hasMessageStartingWith("prompt: has ");
    }

    private static TextStates side(String checkpoint, String prompt) throws Exception {
        ModelFolder model = ModelFolder.open(Checkpoints.folder(checkpoint));
        StageRun run = new StageRun(device, model, Adapters.NONE, new SharedEncodings(), StageListener.SILENT);
        try (StageEncoders encoders = StageEncoders.open(run)) {
            return new CompelText(run, encoders, OptionalInt.empty())
                    .side("prompt", prompt, Optional.empty())
                    .states();
        }
    }

    private static Tensor expected(JsonNode golden) throws Exception {
        int[] shape = new ObjectMapper().convertValue(golden.get("shape"), int[].class);
        float[] values = new float[shape[0] * shape[1] * shape[2]];
        ByteBuffer.wrap(Files.readAllBytes(FOLDER.resolve(golden.get("file").asText())))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(golden.get("at").asInt(), values);
        return Tensor.of(values, shape);
    }
}
