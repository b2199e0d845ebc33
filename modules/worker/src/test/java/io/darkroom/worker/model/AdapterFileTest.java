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

    private AdapterFile.Kind.Inversion inversion(Map<String, SafeTensor> tensors) throws Exception {
        return (AdapterFile.Kind.Inversion) AdapterFile.open(write(tensors)).kind();
    }

    private Path write(Map<String, SafeTensor> tensors) throws Exception {
        return Files.write(folder.resolve("adapter.safetensors"), new Safetensors(tensors, Map.of()).write());
    }
}
