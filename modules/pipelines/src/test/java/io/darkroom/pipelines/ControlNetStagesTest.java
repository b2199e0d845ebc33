package io.darkroom.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.darkroom.images.ImageLimits;
import io.darkroom.images.ImageReading;
import io.darkroom.images.RgbImage;
import io.darkroom.inference.device.Device;
import io.darkroom.inference.device.DeviceConfig;
import io.darkroom.inference.device.ModelNetworks;
import io.darkroom.inference.model.ControlNetFolder;
import io.darkroom.inference.model.ModelFolder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Stages with ControlNets beside others, and ControlNets that do not fit. */
class ControlNetStagesTest {
    /** Largest difference of a latent that batching may make; these latents reach a few tens. */
    private static final float ROUNDING = 2e-3f;

    private static Device device;
    private static Pipelines pipelines;
    private static ModelFolder model;
    private static ControlNetFolder net;
    private static RgbImage picture;

    @BeforeAll
    static void open() throws Exception {
        device = Device.open(DeviceConfig.cpu());
        pipelines = new Pipelines(device);
        model = ModelFolder.open(Checkpoints.folder("sd-factor8"));
        net = ControlNetFolder.open(Checkpoints.folder("controlnet-a"));
        picture = ImageReading.read(
                Files.readAllBytes(GoldenCase.FOLDER.resolve("controlnet/control-a.png")), ImageLimits.standard());
    }

    @AfterAll
    static void close() {
        device.close();
    }

    @Test
    void jobsWithAndWithoutControlNetsGiveTogetherThePicturesTheyGiveAlone() throws Exception {
        List<StageCall> calls = List.of(
                call(model, 1, 5, false, control(net, 1.0, 0, 1)),
                call(model, 2, 1, false, control(net, 0.4, 0.3, 0.9)),
                call(model, 3, 4, true, control(net, 1.0, 0, 0.5)),
                call(model, 4, 6, false));
        List<StageOutcome> alone = new ArrayList<>();
        for (StageCall call : calls) {
            alone.add(pipelines.run(call, Optional.empty(), StageListener.SILENT));
        }
        try (var threads = Executors.newFixedThreadPool(calls.size())) {
            List<Future<StageOutcome>> together = new ArrayList<>();
            for (StageCall call : calls) {
                together.add(threads.submit(() -> pipelines.run(call, Optional.empty(), StageListener.SILENT)));
            }
            for (int i = 0; i < calls.size(); i++) {
                assertThat(Differences.largest(
                                together.get(i).get().latents().scaledLatents(),
                                alone.get(i).latents().scaledLatents()))
                        .isLessThan(ROUNDING);
            }
        }
    }

    @Test
    void theSameControlNetsBesideAUNetAreOneNetworkToTheBatcher() throws Exception {
        ControlNetFolder other = ControlNetFolder.open(Checkpoints.folder("controlnet-c"));
        ModelNetworks networks = device.networks(model);
        assertThat(networks.unet(List.of(net))).isSameAs(networks.unet(List.of(net)));
        assertThat(networks.unet(List.of(net, other))).isNotSameAs(networks.unet(List.of(net)));
    }

    @Test
    void aControlNetOfAnotherNetworkIsRefused() throws Exception {
        ModelFolder wider = ModelFolder.open(Checkpoints.folder("sd2"));
        assertThat(fault(call(wider, 1, 5, false, control(net, 1, 0, 1))))
                .hasMessageStartingWith("controlnet[0].model: was made for another network")
                .hasMessageContaining("crossAttentionWidth=32")
                .hasMessageContaining("crossAttentionWidth=24");
    }

    @Test
    void aControlNetForAnotherSizeOfLatentsIsRefused() throws Exception {
        ControlNetFolder ofFour = ControlNetFolder.open(Checkpoints.folder("controlnet-4"));
        assertThat(fault(call(model, 1, 5, false, control(net, 1, 0, 1), control(ofFour, 1, 0, 1))))
                .hasMessage("controlnet[1].model: is shown 4 pixels for each latent, this model's VAE has 8");
    }

    @Test
    void aWindowOutsideTheStepsIsRefused() {
        assertThat(fault(call(model, 1, 5, false, control(net, 1, 0, 1.5))))
                .hasMessage("controlnet[0]: guidance_start and guidance_end must be within 0..1, not 1.5");
    }

    @Test
    void severalControlPicturesForOnePictureAreRefused() {
        Control two = new Control(net, List.of(picture, picture), 1, 0, 1);
        assertThat(fault(call(model, 1, 5, false, two)))
                .hasMessage("controlnet[0].image: 2 pictures; there must be 1, or one for each input picture: 1");
    }

    private static Control control(ControlNetFolder net, double scale, double start, double end) {
        return new Control(net, List.of(picture), scale, start, end);
    }

    private static StageCall call(ModelFolder model, long seed, double guidance, boolean guess, Control... controls) {
        return new StageCall.Text2Img(
                model,
                Prompt.of("a red fox"),
                Sampling.of(6, guidance),
                Seeds.of(seed),
                1,
                OptionalInt.of(48),
                OptionalInt.of(48),
                MicroConditions.DEFAULT,
                new Controls(List.of(controls), guess));
    }

    private static StageException fault(StageCall call) {
        return catchThrowableOfType(
                StageException.class, () -> pipelines.run(call, Optional.empty(), StageListener.SILENT));
    }
}
