package io.darkroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.images.ImageLimits;
import io.darkroom.images.ImageReading;
import io.darkroom.images.RgbImage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole system with a ControlNet, from flags to the file. */
class ControlNetJobTest {
    private static final Path GOLDEN = Path.of("../pipelines/src/test/resources/golden");

    @Test
    void aJobWithAControlNetGivesDiffusersPicture(@TempDir Path folder) throws Exception {
        Path out = folder.resolve("fox.png");
        CliRun run = CliRun.of(
                "generate",
                "--model",
                GOLDEN.resolve("checkpoints/sd-factor8").toString(),
                "--prompt",
                "a red fox",
                "--seed",
                "203",
                "--num-inference-steps",
                "6",
                "--guidance-scale",
                "5",
                "--width",
                "48",
                "--height",
                "48",
                "--controlnet",
                GOLDEN.resolve("checkpoints/controlnet-a").toString(),
                "--control-image",
                GOLDEN.resolve("controlnet/control-a.png").toString(),
                "--control-guidance-start",
                "0.3",
                "--control-guidance-end",
                "0.8",
                "--out",
                out.toString());

        assertThat(run.exitCode()).as(run.err()).isZero();
        RgbImage expected = read(GOLDEN.resolve("controlnet/sd-factor8-control-window-0.png"));
        RgbImage made = read(out);
        int largest = 0;
        for (int i = 0; i < expected.rgb().length; i++) {
            largest = Math.max(largest, Math.abs((expected.rgb()[i] & 0xff) - (made.rgb()[i] & 0xff)));
        }
        assertThat(largest).isLessThanOrEqualTo(1);
    }

    private static RgbImage read(Path file) throws Exception {
        return ImageReading.read(Files.readAllBytes(file), ImageLimits.standard());
    }
}
