package io.darkroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.result.JobResult;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
        assertThat(Pictures.largestDifference(png, Files.readAllBytes(GOLDEN))).isLessThanOrEqualTo(1);
    }
}
