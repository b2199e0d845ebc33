package io.darkroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.artifacts.Sha256;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.result.JobResult.Status;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(BrokerExtension.class)
class ChainTest {

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
    void aThreeStageJobEndsInOneResultAndItsPictureIsTheSameFusedAndOverThreePools() throws Exception {
        system.importModels(SystemBench.ONE_POOL);
        system.startWorker("all");
        system.submit(Jobs.chain("fused", system.under("out/"), 4));
        JobResult fused = system.awaitResult("fused");

        system.importModels(SystemBench.POOL_PER_MODEL);
        system.startWorker("drafts");
        system.startWorker("comics");
        system.startWorker("enlargers");
        system.submit(Jobs.chain("pools", system.under("out/"), 4));
        JobResult pools = system.awaitResult("pools");

        assertThat(fused.error()).isEmpty();
        assertThat(pools.error()).isEmpty();
        assertThat(fused.status()).isEqualTo(Status.SUCCEEDED);
        assertThat(fused.labels()).containsEntry("sku", "88-1");
        assertThat(fused.images()).hasSize(1);
        assertThat(pools.images().getFirst().sha256())
                .isEqualTo(fused.images().getFirst().sha256());
        assertThat(Sha256.of(system.store().get(fused.images().getFirst().uri(), 1 << 20)))
                .isEqualTo(fused.images().getFirst().sha256());
        assertThat(fused.stages()).extracting(JobResult.StageSummary::workItem).containsOnly(0);
        assertThat(pools.stages()).extracting(JobResult.StageSummary::workItem).containsExactly(0, 1, 2);
        assertThat(system.countResults("fused")).isEqualTo(1);
        assertThat(system.countResults("pools")).isEqualTo(1);
    }

    @Test
    void betweenModelsOfDifferentVaesGoPixelsAndThePictureIsTheSameFusedAndOverTwoPools() throws Exception {
        system.importModels(Map.of("other-vae", "all", "comic", "all"));
        system.startWorker("all");
        system.submit(Jobs.bridged("fused", system.under("out/"), 4));
        JobResult fused = system.awaitResult("fused");

        system.importModels(Map.of("other-vae", "others", "comic", "comics"));
        system.startWorker("others");
        system.startWorker("comics");
        system.submit(Jobs.bridged("pools", system.under("out/"), 4));
        JobResult pools = system.awaitResult("pools");

        assertThat(fused.error()).isEmpty();
        assertThat(pools.error()).isEmpty();
        assertThat(pools.images().getFirst().sha256())
                .isEqualTo(fused.images().getFirst().sha256());
        assertThat(fused.stages()).extracting(JobResult.StageSummary::workItem).containsOnly(0);
        // The decoding is a stage of its own, where that VAE is.
        assertThat(pools.stages()).extracting(JobResult.StageSummary::workItem).containsExactly(0, 0, 1);
    }
}
