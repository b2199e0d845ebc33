package io.darkroom.worker.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.artifacts.SafeTensor;
import io.darkroom.artifacts.Safetensors;
import io.darkroom.inference.model.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterFileTest {
    @TempDir
    Path folder;

    @Test
    void diffusersNamesTheTensorByItsToken() throws Exception {
        AdapterFile.Kind.Inversion inversion = inversion(Map.of("<cat>", SafeTensor.ofFloats(new float[8], 8)));

        assertThat(inversion.ownToken()).contains("<cat>");
        assertThat(inversion.widths()).containsExactly(8);
        assertThat(inversion.vectors().getFirst().orElseThrow().shape()).containsExactly(1, 8);
    }

    @Test
    void theFormsOfOtherProgramsNameNoToken() throws Exception {
        AdapterFile.Kind.Inversion plain = inversion(Map.of("emb_params", SafeTensor.ofHalves(new float[24], 3, 8)));
        Map<String, SafeTensor> both = new LinkedHashMap<>();
        both.put("clip_l", SafeTensor.ofFloats(new float[16], 2, 8));
        both.put("clip_g", SafeTensor.ofFloats(new float[24], 2, 12));
        AdapterFile.Kind.Inversion xl = inversion(both);

        assertThat(plain.ownToken()).isEmpty();
        assertThat(plain.widths()).containsExactly(8);
        assertThat(xl.ownToken()).isEmpty();
        assertThat(xl.widths()).containsExactly(8, 12);
    }

    @Test
    void aLoraSaysWhichTextItReadsAndTakesItsAlphaFromTheMetadata() throws Exception {
        String module = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k";
        Map<String, SafeTensor> tensors = new LinkedHashMap<>();
        tensors.put(module + ".lora_A.weight", SafeTensor.ofHalves(new float[32], 4, 8));
        tensors.put(module + ".lora_B.weight", SafeTensor.ofHalves(new float[24], 6, 4));
        Path file = folder.resolve("lora.safetensors");
        Files.write(
                file,
                new Safetensors(tensors, Map.of("lora_adapter_metadata", "{\"unet.lora_alpha\": 2, \"unet.r\": 4}"))
                        .write());

        AdapterFile opened = AdapterFile.open(file);

        assertThat(opened.kind()).isEqualTo(new AdapterFile.Kind.Weights(Optional.of(8)));
        assertThat(opened.lora().modules()).singleElement().satisfies(read -> {
            assertThat(read.name()).isEqualTo("down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k");
            assertThat(read.alpha()).isEqualTo(2);
        });
    }

    @Test
    void whatIsNoAdapterIsRefusedByWhatItHolds() throws Exception {
        Path text =
                Files.writeString(folder.resolve("letter.safetensors"), "Dear Sir or Madam, to whom it may concern");
        Path cube = write(Map.of("<cat>", SafeTensor.ofFloats(new float[8], 2, 2, 2)));

        assertThatThrownBy(() -> AdapterFile.open(text))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("is no safetensors file");
        assertThatThrownBy(() -> AdapterFile.open(cube))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("has the shape [2, 2, 2]");
    }

    @Test
    void aFolderWithAManifestIsTheFileThatItLists() throws Exception {
        Path file = write(Map.of("<cat>", SafeTensor.ofFloats(new float[8], 8)));
        assertThat(AdapterFile.isOne(folder)).isFalse();

        AdapterFile alone = AdapterFile.open(file);
        writeManifest(file, alone.digest());

        assertThat(AdapterFile.isOne(folder)).isTrue();
        AdapterFile opened = AdapterFile.open(folder);
        assertThat(opened.digest()).isEqualTo(alone.digest());
        assertThat(opened.path()).isEqualTo(file);
    }

    @Test
    void aFolderWhoseFileIsNotTheListedOneIsRefused() throws Exception {
        Path file = write(Map.of("<cat>", SafeTensor.ofFloats(new float[8], 8)));
        writeManifest(file, "0".repeat(64));
        assertThatThrownBy(() -> AdapterFile.open(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("is not the file that manifest.json lists");

        writeManifest(
                folder.resolve("another.safetensors"), AdapterFile.open(file).digest());
        assertThatThrownBy(() -> AdapterFile.open(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("files: must list " + file.getFileName() + " and nothing else");
    }

    private void writeManifest(Path file, String sha256) throws Exception {
        Files.writeString(
                folder.resolve("manifest.json"),
                "{\"files\": [{\"path\": \"%s\", \"sha256\": \"%s\"}]}".formatted(file.getFileName(), sha256));
    }

    private AdapterFile.Kind.Inversion inversion(Map<String, SafeTensor> tensors) throws Exception {
        return (AdapterFile.Kind.Inversion) AdapterFile.open(write(tensors)).kind();
    }

    private Path write(Map<String, SafeTensor> tensors) throws Exception {
        return Files.write(folder.resolve("adapter.safetensors"), new Safetensors(tensors, Map.of()).write());
    }
}
