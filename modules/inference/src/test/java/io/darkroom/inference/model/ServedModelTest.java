package io.darkroom.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.inference.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedModelTest {
    private static final Path CHECKPOINTS = TestModels.factor8().getParent();

    @Test
    void aFolderIsWhatItsFilesSay() throws Exception {
        assertThat(ServedModel.open(CHECKPOINTS.resolve("sd-factor8"))).isInstanceOf(ModelFolder.class);
        assertThat(ServedModel.open(CHECKPOINTS.resolve("controlnet-a"))).isInstanceOf(ControlNetFolder.class);
        assertThat(ServedModel.open(CHECKPOINTS.resolve("dpt"))).isInstanceOf(DepthFolder.class);
        assertThat(ServedModel.isOne(CHECKPOINTS)).isFalse();
    }

    @Test
    void aControlNetGivesWhatTheUNetThatItWasMadeForTakes() throws Exception {
        ControlNetFolder net = ControlNetFolder.open(CHECKPOINTS.resolve("controlnet-b"));
        ModelFolder model = ModelFolder.open(CHECKPOINTS.resolve("sd-factor8"));

        assertThat(model.residuals()).contains(net.residuals());
        assertThat(net.residuals().channels()).containsExactly(16, 16, 16, 32, 32);
        assertThat(net.pixelsPerLatent()).isEqualTo(8);
        assertThat(net.globalPool()).isTrue();
        net.verify();
    }

    @Test
    void aUNetThatIsShownMoreThanLatentsTakesNoResiduals() throws Exception {
        assertThat(ModelFolder.open(CHECKPOINTS.resolve("inpainting")).residuals())
                .isEmpty();
        assertThat(ModelFolder.open(CHECKPOINTS.resolve("upscaler")).residuals())
                .isEmpty();
    }

    @Test
    void aControlNetWhoseGraphIsNotItsConfigurationsIsRefused(@TempDir Path folder) throws Exception {
        copy("controlnet-a", folder);
        replace(folder.resolve("controlnet/config.json"), "\"layers_per_block\": 1", "\"layers_per_block\": 2");
        assertThatThrownBy(() -> ServedModel.open(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("has no output down_block_res_sample_4");
    }

    @Test
    void aDepthEstimatorTakesOneSizeOrAny() throws Exception {
        assertThat(DepthFolder.open(CHECKPOINTS.resolve("dpt")).fixedHeight()).isEqualTo(64);
        DepthFolder any = DepthFolder.open(CHECKPOINTS.resolve("depth-anything"));
        assertThat(any.fixedWidth()).isEqualTo(-1);
        assertThat(any.preparation().keepAspectRatio()).isTrue();
        assertThat(any.preparation().multiple()).isEqualTo(14);
    }

    @Test
    void picturesThatArePreparedOtherwiseAreRefused(@TempDir Path folder) throws Exception {
        copy("dpt", folder);
        Path file = folder.resolve("depth_estimator/preprocessor_config.json");
        replace(file, "\"DPTImageProcessor\"", "\"ZoeDepthImageProcessor\"");
        assertThatThrownBy(() -> ServedModel.open(folder))
                .hasMessage(
                        "depth_estimator/preprocessor_config.json: image_processor_type: ZoeDepthImageProcessor is not"
                                + " supported; supported is DPTImageProcessor");
        replace(file, "\"ZoeDepthImageProcessor\"", "\"DPTImageProcessor\"");
        replace(file, "0.52", "0.0");
        assertThatThrownBy(() -> ServedModel.open(folder)).hasMessageContaining("image_std: must be three numbers");
    }

    private static void copy(String checkpoint, Path target) throws IOException {
        Path source = CHECKPOINTS.resolve(checkpoint);
        try (Stream<Path> walk = Files.walk(source)) {
            List<Path> files = walk.filter(Files::isRegularFile).toList();
            for (Path file : files) {
                Path copy = target.resolve(source.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    private static void replace(Path file, String old, String changed) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(old);
        Files.writeString(file, text.replace(old, changed));
    }
}
