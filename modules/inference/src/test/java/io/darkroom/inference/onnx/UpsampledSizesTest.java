package io.darkroom.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.inference.TestModels;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class UpsampledSizesTest {
    private static final Path UNET = TestModels.factor8().resolve("unet/model.onnx");

    @Test
    void aUNetOfTheUsualExportTakesLatentsOfAnySize() throws Exception {
        assertThat(UNetGraph.takesAnySize(UNET, 2)).isTrue();
        byte[] rewritten = UpsampledSizes.rewrite(model(UNET)).orElseThrow();
        assertThat(UpsampledSizes.placesAsItStands(model(UNET))).isZero();
        assertThat(UpsampledSizes.placesAsItStands(MemorySegment.ofArray(rewritten)))
                .isEqualTo(1);
        assertThat(OnnxGraph.read(MemorySegment.ofArray(rewritten))).isEqualTo(OnnxGraph.read(model(UNET)));
    }

    @Test
    void aGraphThatTakesThemAlreadyIsLeftAlone() throws Exception {
        byte[] once = UpsampledSizes.rewrite(model(UNET)).orElseThrow();
        assertThat(UpsampledSizes.rewrite(MemorySegment.ofArray(once))).isEmpty();
        assertThat(UpsampledSizes.places(MemorySegment.ofArray(once))).isEqualTo(1);
    }

    @Test
    void aGraphThatDoublesElsewhereIsLeftAlone() throws Exception {
        for (String other : new String[] {"latent-upscaler", "kandinsky"}) {
            Path unet = UNET.getParent().resolveSibling("../" + other + "/unet/model.onnx");
            assertThat(UpsampledSizes.rewrite(model(unet))).isEmpty();
            assertThat(UNetGraph.takesAnySize(unet, 2)).isFalse();
        }
    }

    private static MemorySegment model(Path file) throws Exception {
        return MemorySegment.ofArray(Files.readAllBytes(file));
    }
}
