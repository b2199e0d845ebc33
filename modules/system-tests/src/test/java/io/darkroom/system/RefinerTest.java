package io.darkroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.result.JobResult;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(BrokerExtension.class)
class RefinerTest {
    /** What diffusers made of the same two calls. */
    private static final Path GOLDEN =
            Path.of("../pipelines/src/test/resources/golden/stable-diffusion-xl/sdxl-refiner-ensemble-0.png");

    @TempDir
    Path files;

    private SystemBench system;

    @BeforeEach
    void open(TestBroker broker) throws Exception {
        system = new SystemBench(broker, files);
    }

    @AfterEach
    void close() throws Exception {
        system.close();
    }

    @Test
    void theRefinerGoesOnWhereTheBaseStoppedFusedOrOverTwoPoolsAndThePictureIsDiffusers() throws Exception {
        system.importModels(Map.of("base", "xl", "refiner", "xl"));
        system.startWorker("xl");
        system.submit(Jobs.refined("fused", system.under("out/")));
        JobResult fused = system.awaitResult("fused");

        system.importModels(Map.of("base", "bases", "refiner", "refiners"));
        system.startWorker("bases");
        system.startWorker("refiners");
        system.submit(Jobs.refined("pools", system.under("out/")));
        JobResult pools = system.awaitResult("pools");

        assertThat(fused.error()).isEmpty();
        assertThat(pools.error()).isEmpty();
        assertThat(fused.stages()).extracting(JobResult.StageSummary::workItem).containsExactly(0, 0);
        assertThat(pools.stages()).extracting(JobResult.StageSummary::workItem).containsExactly(0, 1);
        assertThat(pools.images().getFirst().sha256())
                .isEqualTo(fused.images().getFirst().sha256());
        byte[] png = system.store().get(fused.images().getFirst().uri(), 1 << 20);
        assertThat(largestDifference(read(png), read(Files.readAllBytes(GOLDEN))))
                .isLessThanOrEqualTo(1);
    }

    private static BufferedImage read(byte[] png) throws Exception {
        return ImageIO.read(new ByteArrayInputStream(png));
    }

    private static int largestDifference(BufferedImage one, BufferedImage other) {
        assertThat(one.getWidth()).isEqualTo(other.getWidth());
        assertThat(one.getHeight()).isEqualTo(other.getHeight());
        int largest = 0;
        for (int y = 0; y < one.getHeight(); y++) {
            for (int x = 0; x < one.getWidth(); x++) {
                for (int shift = 0; shift <= 16; shift += 8) {
                    int difference = (one.getRGB(x, y) >> shift & 255) - (other.getRGB(x, y) >> shift & 255);
                    largest = Math.max(largest, Math.abs(difference));
                }
            }
        }
        return largest;
    }
}
