package io.darkroom.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.darkroom.images.RgbImage;
import io.darkroom.inference.device.Device;
import io.darkroom.inference.device.DeviceConfig;
import io.darkroom.inference.device.Memory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What diffusers makes of large pictures after {@code enable_vae_tiling}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VaeTilingTest {
    private static final Path DATA = GoldenCase.FOLDER.resolve("vae-tiling");

    private Device tiled;
    private Device whole;

    static List<GoldenCase> cases() throws IOException {
        List<GoldenCase> cases = new ArrayList<>();
        new ObjectMapper()
                .readTree(DATA.resolve("tiled.json").toFile())
                .forEach(json -> cases.add(new GoldenCase(DATA, json)));
        return cases;
    }

    @BeforeAll
    void open() {
        tiled = Device.open(DeviceConfig.cpu().withMemory(Memory.RESIDENT.withVaeTiling()));
        whole = Device.open(DeviceConfig.cpu());
    }

    @AfterAll
    void close() {
        tiled.close();
        whole.close();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void thePictureIsTheOneThatDiffusersMakesOfTiles(GoldenCase golden) throws Exception {
        assertThat(difference(golden.picturesOn(tiled), golden.expectedImages()))
                .isLessThanOrEqualTo(1);
    }

    @Test
    void withoutTilingALargePictureIsAnotherOne() throws Exception {
        GoldenCase wide = cases().getFirst();
        assertThat(difference(wide.picturesOn(whole), wide.expectedImages())).isGreaterThan(1);
    }

    private static int difference(List<RgbImage> images, List<RgbImage> expected) {
        assertThat(images).hasSameSizeAs(expected);
        int levels = 0;
        for (int i = 0; i < images.size(); i++) {
            levels = Math.max(levels, Differences.largest(images.get(i), expected.get(i)));
        }
        return levels;
    }
}
