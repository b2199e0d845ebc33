package io.darkroom.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.inference.TestModels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerRowTimestepTest {
    private static final Path UNET = TestModels.factor8().resolve("unet/model.onnx");

    @Test
    void theScalarOfTheUsualExportBecomesOnePerRow() throws Exception {
        assertThat(OnnxGraph.read(UNET).input("timestep"))
                .hasValueSatisfying(port -> assertThat(port.isScalar()).isTrue());
        byte[] rewritten = rewritten(UNET).orElseThrow();
        OnnxGraph graph = OnnxGraph.read(MemorySegment.ofArray(rewritten));
        assertThat(graph.input("timestep")).hasValueSatisfying(port -> {
            assertThat(port.shape()).containsExactly(-1L);
            assertThat(port.type()).isEqualTo(ElementType.FLOAT);
        });
        assertThat(graph.inputs()).hasSameSizeAs(OnnxGraph.read(UNET).inputs());
        assertThat(graph.outputs()).isEqualTo(OnnxGraph.read(UNET).outputs());
    }

    @Test
    void aGraphThatTakesOnePerRowAlreadyIsLeftAlone(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("model.onnx");
        Files.write(file, rewritten(UNET).orElseThrow());
        assertThat(rewritten(file)).isEmpty();
    }

    @Test
    void aGraphWithoutSuchAnInputIsLeftAlone() throws Exception {
        assertThat(rewritten(TestModels.factor8().resolve("vae_decoder/model.onnx")))
                .isEmpty();
    }

    private static Optional<byte[]> rewritten(Path file) throws IOException {
        return PerRowTimestep.rewrite(MemorySegment.ofArray(Files.readAllBytes(file)), "timestep");
    }
}
