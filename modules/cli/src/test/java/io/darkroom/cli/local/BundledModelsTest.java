package io.darkroom.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.cli.CommandFailure;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundledModelsTest {
    private static final Path FOLDER = Path.of("../models/target/bundled");

    private final BundledModels models = BundledModels.locate(Optional.of(FOLDER));

    @TempDir
    Path elsewhere;

    @Test
    void aNameIsOneOfThemAndAPathIsWhatLiesThere() {
        Path path = FOLDER.resolve("tiny-x2-latent");

        assertThat(models.resolve("tiny-emoji")).isEqualTo(FOLDER.resolve("tiny-emoji"));
        assertThat(models.resolve(path.toString())).isEqualTo(path);
        assertThat(models.resolve(elsewhere.toString())).isEqualTo(elsewhere);
    }

    @Test
    void whatIsNeitherAPathNorANameIsAnsweredWithTheNames() {
        assertThatThrownBy(() -> models.resolve("tiny-emojy"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("tiny-emojy is neither a path nor one of the bundled models: ")
                .hasMessageContaining("tiny-emoji, ");
    }

    @Test
    void anInstallationWithoutModelsSaysHowToNameOthers() {
        BundledModels missing = BundledModels.locate(Optional.of(elsewhere.resolve("models")));

        assertThatThrownBy(missing::all)
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("there are no models in " + elsewhere.resolve("models"))
                .hasMessageContaining("--models or DARKROOM_MODELS");
        assertThat(missing.resolve(FOLDER.toString())).isEqualTo(FOLDER);
    }
}
