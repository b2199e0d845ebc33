package io.darkroom.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.cli.local.BundledModels;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoModelsTest {
    private static final BundledModels FOLDER =
            new BundledModels(Path.of("../pipelines/src/test/resources/golden/checkpoints"));

    @Test
    void whatIsMissingIsNamed() {
        DemoModels models = DemoModels.find(FOLDER, List.of("sd-factor8", "controlnet-a", "tiny-x4"));

        assertThat(models.paths()).containsOnlyKeys("sd-factor8", "controlnet-a");
        assertThat(models.missing()).containsExactly("tiny-x4");
        assertThat(models.require(List.of("sd-factor8"))).isSameAs(models);
        assertThatThrownBy(() -> models.require(List.of("sd-factor8", "tiny-x4")))
                .hasMessageContaining("no tiny-x4 in")
                .hasMessageContaining("checkpoints");
    }
}
