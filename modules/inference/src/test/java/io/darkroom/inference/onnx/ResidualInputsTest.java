package io.darkroom.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.inference.TestModels;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ResidualInputsTest {
    private static final Path UNET = TestModels.factor8().resolve("unet/model.onnx");

    /** The first one, a layer and a halving of the first level, a layer of the second, the middle. */
    private static final int RESIDUALS = 5;

    @Test
    void aUNetOfTheUsualExportTakesResiduals() throws Exception {
        byte[] rewritten =
                ResidualInputs.rewrite(unet(), RESIDUALS, ElementType.FLOAT).orElseThrow();
        OnnxGraph graph = OnnxGraph.read(MemorySegment.ofArray(rewritten));
        assertThat(graph.inputs())
                .extracting(TensorPort::name)
                .containsAll(ResidualInputs.names(RESIDUALS))
                .hasSize(OnnxGraph.read(UNET).inputs().size() + RESIDUALS);
        assertThat(graph.input("mid_block_additional_residual"))
                .hasValueSatisfying(port -> assertThat(port.shape()).containsExactly(-1L, -1L, -1L, -1L));
        assertThat(graph.outputs()).isEqualTo(OnnxGraph.read(UNET).outputs());
    }

    @Test
    void aGraphWithAnotherNumberOfPlacesIsLeftAlone() throws Exception {
        assertThat(ResidualInputs.rewrite(unet(), RESIDUALS + 1, ElementType.FLOAT))
                .isEmpty();
        assertThat(UNetGraph.showsPlaces(UNET, RESIDUALS + 1)).isFalse();
        assertThat(UNetGraph.showsPlaces(TestModels.factor8().resolve("vae_decoder/model.onnx"), RESIDUALS))
                .isFalse();
    }

    @Test
    void aGraphThatTakesResidualsAlreadyIsLeftAlone() throws Exception {
        byte[] once =
                ResidualInputs.rewrite(unet(), RESIDUALS, ElementType.FLOAT).orElseThrow();
        assertThat(ResidualInputs.rewrite(MemorySegment.ofArray(once), RESIDUALS, ElementType.FLOAT))
                .isEmpty();
    }

    private static MemorySegment unet() throws Exception {
        return MemorySegment.ofArray(Files.readAllBytes(UNET));
    }
}
