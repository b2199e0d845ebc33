package io.darkroom.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.artifacts.SafeTensor;
import io.darkroom.artifacts.Safetensors;
import io.darkroom.artifacts.Sha256;
import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.client.Catalogue;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.catalogue.ModelEntry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpTest {
    private static final Path GOOD = Path.of("../models/target/bundled/tiny-emoji");

    @TempDir
    Path folder;

    @Test
    void aModelThatCannotBeServedIsLeftOutWithItsReasonAndTheOthersAreServed() throws Exception {
        Path broken = Files.createDirectories(folder.resolve("models/broken"));
        Files.writeString(broken.resolve("model_index.json"), "{\"_class_name\": \"StableDiffusionPipeline\"}");
        StringWriter said = new StringWriter();

        try (LocalSystem system = LocalSystem.start(LocalSystemConfig.in(folder.resolve("system")))) {
            assertThat(Up.imported(
                            system,
                            List.of(broken, GOOD),
                            Terminal.of(new PrintWriter(said, true), new PrintWriter(said, true))))
                    .containsExactly(GOOD);
            assertThat(Catalogue.read(system.cluster()).names()).isEqualTo("tiny-emoji");
            assertThat(said.toString()).contains("left out: " + broken + ": ");
            List<ModelEntry> entries = Catalogue.read(system.cluster()).entries();
            assertThat(Up.example(entries)).contains("tiny-emoji");
            assertThat(entries.getFirst().licence()).contains("Apache-2.0 AND OFL-1.1 AND MIT");

            assertThatThrownBy(() -> Up.imported(
                            system,
                            List.of(broken),
                            Terminal.of(new PrintWriter(said, true), new PrintWriter(said, true))))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("none of the models can be served");
        }
    }

    @Test
    void aFolderWithATextualInversionIsKnownByTheFoldersNameAndTheTokenOfItsFile() throws Exception {
        Path cat = Files.createDirectories(folder.resolve("models/tiny-cat"));
        byte[] file = new Safetensors(Map.of("<cat>", SafeTensor.ofFloats(new float[128], 128)), Map.of()).write();
        Files.write(cat.resolve("learned_embeds.safetensors"), file);
        Files.writeString(
                cat.resolve("manifest.json"),
                "{\"files\": [{\"path\": \"learned_embeds.safetensors\", \"sha256\": \"%s\"}]}"
                        .formatted(Sha256.of(file)));

        try (LocalSystem system = LocalSystem.start(LocalSystemConfig.in(folder.resolve("system")))) {
            List<Path> models =
                    BundledModels.locate(Optional.of(folder.resolve("models"))).all();
            Up.imported(
                    system,
                    models,
                    Terminal.of(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter())));

            Catalogue catalogue = Catalogue.read(system.cluster());
            ModelEntry entry = catalogue.find("tiny-cat").orElseThrow();
            assertThat(entry.token()).contains("<cat>");
            assertThat(entry.sizeBytes()).isEqualTo(file.length);
            assertThat(entry.licence()).isEmpty();
            assertThat(Up.example(catalogue.entries())).isEmpty();
        }
    }
}
