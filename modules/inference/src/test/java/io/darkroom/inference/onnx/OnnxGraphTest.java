package io.darkroom.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.inference.TestModels;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxGraphTest {
    private static final Path ENCODER = TestModels.factor8().resolve("text_encoder/model.onnx");

    @Test
    void readsNamesTypesAndShapes() throws Exception {
        OnnxGraph graph = OnnxGraph.read(ENCODER);
        assertThat(graph.inputs()).singleElement().satisfies(port -> {
            assertThat(port.name()).isEqualTo("input_ids");
            assertThat(port.type()).isEqualTo(ElementType.INT64);
            assertThat(port.shape()).containsExactly(-1L, -1L);
        });
        assertThat(graph.output("last_hidden_state")).hasValueSatisfying(port -> {
            assertThat(port.type()).isEqualTo(ElementType.FLOAT);
            assertThat(port.dimension(2)).isPositive();
        });
        assertThat(graph.sideFiles()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 100, 1000})
    void aFileThatIsCutOffIsRefused(int length) throws Exception {
        byte[] cut = Arrays.copyOf(Files.readAllBytes(ENCODER), length);
        assertThatThrownBy(() -> OnnxGraph.read(MemorySegment.ofArray(cut))).isInstanceOf(OnnxFormatException.class);
    }

    @Test
    void damagedBytesNeverGiveAnythingButAGraphOrAFormatError() throws Exception {
        byte[] original = Arrays.copyOf(Files.readAllBytes(ENCODER), 20_000);
        Random random = new Random(11);
        int refused = 0;
        for (int i = 0; i < 500; i++) {
            byte[] damaged = original.clone();
            for (int k = 0; k < 20; k++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                OnnxGraph.read(MemorySegment.ofArray(damaged));
            } catch (OnnxFormatException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }
}
