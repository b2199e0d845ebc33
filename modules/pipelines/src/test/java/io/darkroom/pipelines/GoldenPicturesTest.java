package io.darkroom.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.images.RgbImage;
import io.darkroom.inference.device.Device;
import io.darkroom.inference.device.DeviceConfig;
import io.darkroom.inference.model.ModelFolder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same pictures as diffusers, to 1/255 per pixel, from folders that its users export. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GoldenPicturesTest {
    private final TreeMap<String, Worst> worst = new TreeMap<>();
    private Device device;
    private Pipelines pipelines;

    /** The largest difference of one family, and where. */
    private record Worst(int levels, double share, float latents, String latentsCase, int cases) {}

    static List<GoldenCase> cases() throws IOException {
        return GoldenCase.all();
    }

    @BeforeAll
    void open() {
        device = Device.open(DeviceConfig.cpu());
        pipelines = new Pipelines(device);
    }

    @AfterAll
    void report() {
        device.close();
        worst.forEach((family, difference) -> System.out.printf(
                "parity %-22s %3d cases, worst pixel difference %d/255 (%.4f%% of"
                        + " values differ at most), latents %.2g (%s)%n",
                family,
                difference.cases(),
                difference.levels(),
                100 * difference.share(),
                difference.latents(),
                difference.latentsCase()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void thePictureIsTheOneThatDiffusersMakes(GoldenCase golden) throws Exception {
        ModelFolder model = golden.model();
        StageOutcome outcome =
                pipelines.run(golden.call(model), golden.adapters(), input(golden, model), StageListener.SILENT);
        List<RgbImage> images =
                pipelines.decode(model, outcome.latents()).images().images();
        List<RgbImage> expected = golden.expectedImages();

        float latents = Differences.largest(outcome.latents().scaledLatents(), golden.expectedLatents());
        assertThat(images).hasSameSizeAs(expected);
        int levels = 0;
        double share = 0;
        for (int i = 0; i < images.size(); i++) {
            levels = Math.max(levels, Differences.largest(images.get(i), expected.get(i)));
            share = Math.max(share, Differences.share(images.get(i), expected.get(i)));
        }
        note(golden, new Worst(levels, share, latents, golden.name(), 1));
        assertThat(levels).as("latents differ by up to %s", latents).isLessThanOrEqualTo(1);
        if (golden.name().endsWith("long") && !golden.name().contains("compel")) {
            assertThat(outcome.warnings()).hasSize(2).allMatch(warning -> warning.contains("left out"));
        }
    }

    /** What the case names; or, for one that continues another, what that one makes here. */
    private Optional<Picture> input(GoldenCase golden, ModelFolder model) throws Exception {
        if (golden.after().isEmpty()) {
            return golden.input(model);
        }
        GoldenCase before = GoldenCase.named(golden.after().get());
        ModelFolder beforeModel = before.model();
        StageOutcome outcome = pipelines.run(before.call(beforeModel), before.input(beforeModel), StageListener.SILENT);
        // the two have different VAEs, which does not matter to latents that are only passed on
        return Optional.of(new Picture.Latents(outcome.latents().scaledLatents(), model.vaeDigest()));
    }

    private void note(GoldenCase golden, Worst ofCase) {
        worst.merge(
                golden.family(),
                ofCase,
                (one, other) -> new Worst(
                        Math.max(one.levels(), other.levels()),
                        Math.max(one.share(), other.share()),
                        Math.max(one.latents(), other.latents()),
                        one.latents() >= other.latents() ? one.latentsCase() : other.latentsCase(),
                        one.cases() + other.cases()));
    }
}
