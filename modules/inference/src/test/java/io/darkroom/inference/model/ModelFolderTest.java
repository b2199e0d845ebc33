package io.darkroom.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.inference.TestModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFolderTest {
    @TempDir
    private Path temporary;

    private Path folder;

    @BeforeEach
    void copy() throws IOException {
        folder = temporary.resolve("model");
        Path original = TestModels.factor8();
        Files.walkFileTree(original, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path target = folder.resolve(original.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Test
    void opensWhatTheUsualExporterWroteUnmodified() throws Exception {
        ModelFolder model = ModelFolder.open(folder);
        assertThat(model.family()).isEqualTo(ModelFamily.STABLE_DIFFUSION);
        assertThat(model.vaeScaleFactor()).isEqualTo(8);
        assertThat(model.latentChannels()).isEqualTo(4);
        assertThat(model.vae().scaling().factor()).isEqualTo(0.18215);
        assertThat(model.unetShape().levels()).isEqualTo(2);
        assertThat(model.unetShape().timeCondChannels()).isEmpty();
        assertThat(model.samplerConfig().className()).isEqualTo("PNDMScheduler");
        assertThat(model.texts())
                .singleElement()
                .extracting(TextPart::positions)
                .isEqualTo(77);
    }

    @Test
    void theDigestIsThatOfTheSortedListOfFiles() throws Exception {
        assertThat(ModelFolder.open(folder).digest()).isEqualTo(digestOf(""));
        assertThat(ModelFolder.open(folder).vaeDigest()).isEqualTo(vaeDigestOf());
    }

    @Test
    void aChangedFileChangesTheDigestAndOnlyTheVaesFilesThatOfTheVae() throws Exception {
        ModelFolder before = ModelFolder.open(folder);
        String digest = before.digest();
        String vaeDigest = before.vaeDigest();
        Files.writeString(folder.resolve("scheduler/note.txt"), "changed");
        assertThat(ModelFolder.open(folder).digest()).isNotEqualTo(digest);
        assertThat(ModelFolder.open(folder).vaeDigest()).isEqualTo(vaeDigest);
    }

    @Test
    void aManifestIsBelievedUntilItIsVerified() throws Exception {
        writeManifest();
        ModelFolder model = ModelFolder.open(folder);
        String digest = model.digest();
        model.verify();
        Files.writeString(
                folder.resolve("unet/config.json"), Files.readString(folder.resolve("unet/config.json")) + " ");
        Files.writeString(folder.resolve("unet/extra.bin"), "more");
        ModelFolder changed = ModelFolder.open(folder);
        assertThat(changed.digest()).isEqualTo(digest);
        assertThatThrownBy(changed::verify)
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("unet/config.json differs")
                .hasMessageContaining("unet/extra.bin is not listed");
    }

    @Test
    void aManifestThatContradictsItselfIsRefused() throws Exception {
        writeManifest();
        Path manifest = folder.resolve("manifest.json");
        Files.writeString(
                manifest, Files.readString(manifest).replaceFirst("\"digest\":\"[0-9a-f]{4}", "\"digest\":\"0000"));
        assertThatThrownBy(() -> ModelFolder.open(folder).digest())
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("manifest.json: digest");
    }

    @Test
    void aManifestCannotNameFilesOutside() throws Exception {
        Files.writeString(
                folder.resolve("manifest.json"),
                "{\"files\":[{\"path\":\"../secret\",\"sha256\":\"" + "0".repeat(64) + "\"}]}");
        assertThatThrownBy(() -> ModelFolder.open(folder).digest()).hasMessageContaining("outside the model folder");
    }

    @Test
    void aMissingNetworkIsNamed() throws Exception {
        Files.delete(folder.resolve("vae_encoder/model.onnx"));
        assertThatThrownBy(() -> ModelFolder.open(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("vae_encoder/model.onnx: is missing");
    }

    @Test
    void aPipelineThatIsNotSupportedIsNamedWithThoseThatAre() throws Exception {
        Path index = folder.resolve("model_index.json");
        Files.writeString(
                index,
                Files.readString(index)
                        .replaceFirst("\"_class_name\": *\"\\w+\"", "\"_class_name\": \"FluxPipeline\""));
        assertThatThrownBy(() -> ModelFolder.open(folder))
                .hasMessageContaining("FluxPipeline is not supported")
                .hasMessageContaining("StableDiffusionPipeline");
    }

    @Test
    void aLinkIsNotFollowed() throws Exception {
        Path config = folder.resolve("unet/config.json");
        Path outside = temporary.resolve("outside.json");
        Files.move(config, outside);
        Files.createSymbolicLink(config, outside);
        assertThatThrownBy(() -> ModelFolder.open(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("unet/config.json");
    }

    @Test
    void aFolderThatIsALinkIsNotFollowed() throws Exception {
        Path unet = folder.resolve("unet");
        Files.move(unet, temporary.resolve("outside"));
        Files.createSymbolicLink(unet, temporary.resolve("outside"));
        assertThatThrownBy(() -> ModelFolder.open(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("link");
    }

    @Test
    void aSideFileOutsideTheFolderIsRefused() throws Exception {
        addTensorWithSideFile("../../secret.bin");
        Files.writeString(temporary.resolve("secret.bin"), "secret");
        assertThatThrownBy(() -> ModelFolder.open(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("outside the model folder");
    }

    @Test
    void aSideFileThatIsALinkIsRefused() throws Exception {
        addTensorWithSideFile("weights.bin");
        Files.writeString(temporary.resolve("secret.bin"), "secret");
        Files.createSymbolicLink(folder.resolve("unet/weights.bin"), temporary.resolve("secret.bin"));
        assertThatThrownBy(() -> ModelFolder.open(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("unet/weights.bin: is reached through a link");
    }

    @Test
    void aSideFileInTheFolderIsAccepted() throws Exception {
        addTensorWithSideFile("weights.bin");
        Files.writeString(folder.resolve("unet/weights.bin"), "weights");
        assertThat(ModelFolder.open(folder).unet().graph().sideFiles()).containsExactly("weights.bin");
    }

    @Test
    void aSchedulersInfinityIsReadAsPythonWritesIt() throws Exception {
        Files.writeString(
                folder.resolve("scheduler/scheduler_config.json"),
                "{\"_class_name\": \"DPMSolverMultistepScheduler\", \"lambda_min_clipped\": -Infinity}");
        assertThat(ModelFolder.open(folder).samplerConfig().className()).isEqualTo("DPMSolverMultistepScheduler");
    }

    @Test
    void jsonOfUnreasonableSizeIsNotRead() throws Exception {
        Files.write(folder.resolve("unet/config.json"), new byte[33 << 20]);
        assertThatThrownBy(() -> ModelFolder.open(folder)).hasMessageContaining("unet/config.json: has ");
    }

    @Test
    void aFolderThatIsNoneIsNamed() {
        assertThatThrownBy(() -> ModelFolder.open(temporary.resolve("nowhere")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("nowhere");
    }

    /**
     * Appends a second part of the graph to the UNet: Protobuf merges them, so the weights stay as
     * they are.
     */
    private void addTensorWithSideFile(String location) throws IOException {
        byte[] path = location.getBytes(StandardCharsets.UTF_8);
        byte[] entry = field(1, "location".getBytes(StandardCharsets.UTF_8), field(2, path, new byte[0]));
        byte[] tensor = field(13, entry, new byte[0]);
        byte[] graph = field(5, tensor, new byte[0]);
        byte[] model = field(7, graph, new byte[0]);
        Path unet = folder.resolve("unet/model.onnx");
        Files.write(unet, model, java.nio.file.StandardOpenOption.APPEND);
    }

    private static byte[] field(int number, byte[] value, byte[] rest) {
        byte[] field = new byte[2 + value.length + rest.length];
        field[0] = (byte) (number << 3 | 2);
        field[1] = (byte) value.length;
        System.arraycopy(value, 0, field, 2, value.length);
        System.arraycopy(rest, 0, field, 2 + value.length, rest.length);
        return field;
    }

    private void writeManifest() throws Exception {
        String files;
        try (var walk = Files.walk(folder)) {
            files = walk.filter(Files::isRegularFile)
                    .map(file -> "{\"path\":\"" + name(file) + "\",\"sha256\":\"" + sha256(file) + "\"}")
                    .collect(Collectors.joining(","));
        }
        Files.writeString(
                folder.resolve("manifest.json"),
                "{\"digest\":\""
                        + digestOf("")
                        + "\",\"vae_digest\":\""
                        + vaeDigestOf()
                        + "\",\"files\":["
                        + files
                        + "]}");
    }

    private String digestOf(String prefix) throws Exception {
        try (var walk = Files.walk(folder)) {
            String lines = walk.filter(Files::isRegularFile)
                    .filter(file -> name(file).startsWith(prefix))
                    .map(file -> sha256(file) + "  " + name(file) + "\n")
                    .sorted()
                    .collect(Collectors.joining());
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(lines.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private String vaeDigestOf() throws Exception {
        try (var walk = Files.walk(folder)) {
            String lines = walk.filter(
                            file -> file.endsWith("model.onnx") && name(file).startsWith("vae_"))
                    .map(file -> sha256(file) + "  " + name(file) + "\n")
                    .sorted()
                    .collect(Collectors.joining());
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest((lines + "scaling_factor 3fc750b0f27bb2ff\n").getBytes(StandardCharsets.UTF_8)));
        }
    }

    private String name(Path file) {
        return folder.relativize(file).toString();
    }

    private static String sha256(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
