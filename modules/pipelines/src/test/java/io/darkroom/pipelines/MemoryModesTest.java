package io.darkroom.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.images.RgbImage;
import io.darkroom.inference.device.Device;
import io.darkroom.inference.device.DeviceConfig;
import io.darkroom.inference.device.Memory;
import io.darkroom.inference.model.ModelFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Memory modes decide what is in memory, never what comes out. */
class MemoryModesTest {
    /** One of each family: one text encoder, two, none, a prior, ControlNets. */
    private static List<GoldenCase> cases() throws IOException {
        List<String> families = new ArrayList<>();
        List<GoldenCase> chosen = new ArrayList<>();
        for (GoldenCase golden : GoldenCase.all()) {
            if (golden.after().isEmpty() && !families.contains(golden.family())) {
                families.add(golden.family());
                chosen.add(golden);
            }
        }
        return chosen;
    }

    @ParameterizedTest
    @EnumSource(
            value = Memory.Mode.class,
            names = {"OFFLOAD", "LOW"})
    void thePicturesOfEveryFamilyAreTheSame(Memory.Mode mode) throws Exception {
        List<GoldenCase> cases = cases();
        assertThat(cases).hasSizeGreaterThan(8);
        try (Device device = Device.open(DeviceConfig.cpu().withMemory(Memory.of(mode)))) {
            for (GoldenCase golden : cases) {
                List<RgbImage> images = golden.picturesOn(device);
                List<RgbImage> expected = golden.expectedImages();
                for (int i = 0; i < images.size(); i++) {
                    assertThat(Differences.largest(images.get(i), expected.get(i)))
                            .as(golden.name())
                            .isLessThanOrEqualTo(1);
                }
                assertThat(device.openNetworks())
                        .as("networks after " + golden.name())
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void jobsThatShareADeviceWithoutRoomForTwoGiveThePicturesTheyGiveAlone() throws Exception {
        List<GoldenCase> cases = cases().stream()
                .filter(golden -> golden.checkpoint().startsWith("sd"))
                .toList();
        try (Device device = Device.open(DeviceConfig.cpu().withMemory(Memory.of(Memory.Mode.OFFLOAD)));
                var threads = Executors.newFixedThreadPool(cases.size())) {
            List<Future<List<RgbImage>>> together = new ArrayList<>();
            for (GoldenCase golden : cases) {
                together.add(threads.submit(() -> golden.picturesOn(device)));
            }
            for (int i = 0; i < cases.size(); i++) {
                assertThat(Differences.largest(
                                together.get(i).get().getFirst(),
                                cases.get(i).expectedImages().getFirst()))
                        .as(cases.get(i).name())
                        .isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void aLimitClosesWhatWasUsedLongestAgoAndItComesBack() throws Exception {
        GoldenCase first = GoldenCase.named("sd-factor8-text2img-basic");
        GoldenCase second = GoldenCase.named("sd-factor4-text2img-basic");
        try (Device unlimited = Device.open(DeviceConfig.cpu());
                Device limited =
                        Device.open(DeviceConfig.cpu().withMemory(Memory.RESIDENT.withLimit(bytes(first.model()))))) {
            List<RgbImage> expected = first.picturesOn(unlimited);
            second.picturesOn(unlimited);
            assertThat(unlimited.openNetworks()).isEqualTo(6);
            first.picturesOn(limited);
            assertThat(limited.openNetworks()).isEqualTo(3);
            second.picturesOn(limited);
            assertThat(limited.openNetworks()).isLessThan(6);
            assertThat(first.picturesOn(limited)).isEqualTo(expected);
        }
    }

    @Test
    void aStageThatBringsItsOwnStatesLoadsNoTextEncoder() throws Exception {
        GoldenCase given = GoldenCase.named("sd-factor8-embeds-negative");
        GoldenCase text = GoldenCase.named("sd-factor8-embeds-negative-text");
        try (Device device = Device.open(DeviceConfig.cpu())) {
            given.picturesOn(device);
            assertThat(device.openNetworks()).as("UNet and decoder").isEqualTo(2);
            text.picturesOn(device);
            assertThat(device.openNetworks()).isEqualTo(3);
        }
    }

    private static long bytes(ModelFolder model) throws IOException {
        return Stream.of("text_encoder", "unet", "vae_decoder")
                .mapToLong(part -> model.path()
                        .resolve(part)
                        .resolve("model.onnx")
                        .toFile()
                        .length())
                .sum();
    }
}
