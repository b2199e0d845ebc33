package io.darkroom.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.inference.device.Device;
import io.darkroom.inference.device.DeviceConfig;
import io.darkroom.inference.device.DeviceException;
import io.darkroom.inference.device.TextEncoder;
import io.darkroom.inference.device.Timed;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.inference.text.TextRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SharedEncodingsTest {
    /** Largest difference of a latent that batching may make; these latents reach a few tens. */
    private static final float ROUNDING = 2e-3f;

    private static Device device;
    private static Pipelines pipelines;
    private static GoldenCase golden;
    private static ModelFolder model;

    @BeforeAll
    static void open() throws Exception {
        device = Device.open(DeviceConfig.cpu());
        pipelines = new Pipelines(device);
        golden = GoldenCase.named("sd-factor8-img2img-basic");
        model = golden.model();
    }

    @AfterAll
    static void close() {
        device.close();
    }

    @Test
    void runsOfOneStageEncodeTheirPromptAndTheirPictureOnceAndGiveWhatTheyGiveAlone() throws Exception {
        SharedEncodings shared = new SharedEncodings();
        List<Future<StageOutcome>> together = new ArrayList<>();
        double[] strengths = {0.4, 0.6, 0.9};
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (double strength : strengths) {
                together.add(threads.submit(() -> pipelines.run(
                        call(strength), Adapters.NONE, shared, golden.input(model), StageListener.SILENT)));
            }
        }

        assertThat(shared.size()).isEqualTo(2);
        for (int i = 0; i < strengths.length; i++) {
            StageOutcome alone = pipelines.run(call(strengths[i]), golden.input(model), StageListener.SILENT);
            assertThat(Differences.largest(
                            together.get(i).get().latents().scaledLatents(),
                            alone.latents().scaledLatents()))
                    .isLessThan(ROUNDING);
        }
    }

    @Test
    void whatIsThereAlreadyTakesNoTimeOfTheDevice() throws Exception {
        SharedEncodings shared = new SharedEncodings();
        List<TextRow> rows = List.of(TextRow.of(new long[] {1, 2, 3}));

        assertThat(shared.text(0, "states", rows, () -> new Timed<>(Optional.<TextEncoder.Encoding>empty(), 7))
                        .deviceNanos())
                .isEqualTo(7);
        assertThat(shared.text(
                                0,
                                "states",
                                List.of(TextRow.of(new long[] {1, 2, 3})),
                                () -> new Timed<>(Optional.<TextEncoder.Encoding>empty(), 7))
                        .deviceNanos())
                .isZero();
    }

    @Test
    void whatFailedForOneRunIsTriedByTheNext() throws Exception {
        SharedEncodings shared = new SharedEncodings();
        List<TextRow> rows = List.of(TextRow.of(new long[] {1}));

        assertThatThrownBy(() -> shared.text(0, "states", rows, () -> {
                    throw new DeviceException(DeviceException.Kind.RESOURCES, "no memory");
                }))
                .isInstanceOf(DeviceException.class);
        assertThat(shared.text(0, "states", rows, () -> new Timed<>(Optional.<TextEncoder.Encoding>empty(), 7))
                        .deviceNanos())
                .isEqualTo(7);
    }

    private static StageCall call(double strength) throws Exception {
        StageCall.Img2Img once = (StageCall.Img2Img) golden.call(model);
        return new StageCall.Img2Img(
                model, once.prompt(), once.sampling(), once.seeds(), once.numImagesPerPrompt(), strength);
    }
}
