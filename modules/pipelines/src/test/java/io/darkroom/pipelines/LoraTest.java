package io.darkroom.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.device.Device;
import io.darkroom.inference.device.DeviceConfig;
import io.darkroom.inference.device.NetworksLease;
import io.darkroom.inference.lora.AppliedLora;
import io.darkroom.inference.lora.Lora;
import io.darkroom.inference.lora.LoraException;
import io.darkroom.inference.model.ModelFolder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What LoRAs cost and what they refuse; that they give diffusers' pictures is {@link GoldenPicturesTest}'s. */
class LoraTest {
    private static final Path FOLDER = GoldenCase.FOLDER.resolve("lora");

    private static Device device;
    private static Pipelines pipelines;
    private static ModelFolder model;

    @BeforeAll
    static void open() throws Exception {
        device = Device.open(DeviceConfig.cpu());
        pipelines = new Pipelines(device);
        model = ModelFolder.open(Checkpoints.folder("sd-factor8"));
    }

    @AfterAll
    static void close() {
        device.close();
    }

    @Test
    void rowsWithDifferentLorasNeverShareANetwork() throws Exception {
        try (NetworksLease half = device.networks(model, List.of(lora("sd-peft", 0.5)));
                NetworksLease halfAgain = device.networks(model, List.of(lora("sd-peft", 0.5)));
                NetworksLease whole = device.networks(model, List.of(lora("sd-peft", 1)))) {
            assertThat(half.networks().unet()).isSameAs(halfAgain.networks().unet());
            assertThat(half.networks().unet())
                    .isNotSameAs(whole.networks().unet())
                    .isNotSameAs(device.networks(model).unet());
        }
    }

    @Test
    void onlyAFewModelsWithLorasAreKeptOnceNobodyUsesThem() throws Exception {
        for (double scale : new double[] {0.1, 0.2, 0.3, 0.4, 0.5}) {
            try (NetworksLease lease = device.networks(model, List.of(lora("sd-text", scale)))) {
                lease.networks().textEncoder(0);
            }
        }

        assertThat(device.adaptedModels()).isEqualTo(2);
    }

    @Test
    void aLoraForAnotherModelIsRefusedByItsFirstKey() {
        assertThatThrownBy(() -> run("sd2-peft"))
                .isInstanceOf(StageException.class)
                .hasMessageStartingWith("loras: sd2-peft: the key unet.")
                .hasMessageContaining("; this model has ");
        assertThatThrownBy(() -> run("xl-kohya"))
                .isInstanceOf(StageException.class)
                .hasMessageStartingWith("loras: xl-kohya: the key lora_te2_")
                .hasMessageContaining("changes a text encoder that this model has not");
    }

    @Test
    void aLoraThatDoesNotFitTheTextEncoderIsRefusedByAStageThatBringsItsOwnStatesToo() throws Exception {
        GoldenCase given = GoldenCase.named("sdxl-base-embeds-negative");
        StageCall call = given.call(given.model());
        Adapters adapters = new Adapters(List.of(), List.of(lora("sd-text", 1)));

        assertThatThrownBy(() -> pipelines.run(call, adapters, Optional.empty(), StageListener.SILENT))
                .isInstanceOf(StageException.class)
                .hasMessageStartingWith("loras: sd-text: the key ");
    }

    @Test
    void keysThatAreNoLorasAreNamed() {
        Map<String, Tensor> tensors = new LinkedHashMap<>(LoraFiles.tensors(FOLDER.resolve("sd-peft.safetensors")));
        tensors.put("unet.conv_in.dora_scale", Tensor.zeros(1));
        Map<String, Tensor> half = new LinkedHashMap<>();
        half.put("lora_unet_conv_in.lora_down.weight", Tensor.zeros(4, 4));

        assertThatThrownBy(() -> Lora.of(tensors, Map.of()))
                .isInstanceOf(LoraException.class)
                .hasMessage("the key unet.conv_in.dora_scale is none of a LoRA in diffusers' or kohya's form");
        assertThatThrownBy(() -> Lora.of(half, Map.of()))
                .isInstanceOf(LoraException.class)
                .hasMessageContaining("lora_unet_conv_in.lora_down.weight has no companion");
    }

    @Test
    void theWidthOfTheTextThatALoraReadsIsKnown() throws Exception {
        assertThat(LoraFiles.read(FOLDER.resolve("sd-peft.safetensors")).textWidth())
                .contains(32);
        assertThat(LoraFiles.read(FOLDER.resolve("xl-kohya.safetensors")).textWidth())
                .contains(40);
        assertThat(LoraFiles.read(FOLDER.resolve("sd-text.safetensors")).textWidth())
                .isEmpty();
    }

    private static void run(String lora) throws Exception {
        StageCall call = new StageCall.Text2Img(
                model, Prompt.of("a fox"), Sampling.of(1, 5), Seeds.of(1), 1, OptionalInt.of(48), OptionalInt.of(48));
        pipelines.run(call, new Adapters(List.of(), List.of(lora(lora, 1))), Optional.empty(), StageListener.SILENT);
    }

    private static AppliedLora lora(String name, double scale) {
        return new AppliedLora(name, name, scale, () -> LoraFiles.read(FOLDER.resolve(name + ".safetensors")));
    }
}
