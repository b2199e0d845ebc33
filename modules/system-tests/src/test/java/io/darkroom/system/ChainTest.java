package io.darkroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.artifacts.Sha256;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.result.JobResult.Status;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
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
        JobResult fused = resultOf("fused", Jobs.chain("fused", system.under("out/"), 4), SystemBench.ONE_POOL);
        JobResult pools = resultOf("pools", Jobs.chain("pools", system.under("out/"), 4), SystemBench.POOL_PER_MODEL);

        assertThat(fused.status()).isEqualTo(Status.SUCCEEDED);
        assertThat(fused.labels()).containsEntry("sku", "88-1");
        assertThat(fused.images()).hasSize(1);
        assertSamePicture(pools, fused);
        assertThat(Sha256.of(system.store().get(fused.images().getFirst().uri(), 1 << 20)))
                .isEqualTo(fused.images().getFirst().sha256());
        assertThat(fused.stages()).extracting(JobResult.StageSummary::workItem).containsOnly(0);
        assertThat(pools.stages()).extracting(JobResult.StageSummary::workItem).containsExactly(0, 1, 2);
        assertThat(system.countResults("fused")).isEqualTo(1);
        assertThat(system.countResults("pools")).isEqualTo(1);
    }

    @Test
    void betweenModelsOfDifferentVaesGoPixelsAndThePictureIsTheSameFusedAndOverTwoPools() throws Exception {
        JobResult fused = resultOf(
                "fused", Jobs.bridged("fused", system.under("out/"), 4), Map.of("other-vae", "all", "comic", "all"));
        JobResult pools = resultOf(
                "pools",
                Jobs.bridged("pools", system.under("out/"), 4),
                Map.of("other-vae", "others", "comic", "comics"));

        assertSamePicture(pools, fused);
        assertThat(fused.stages()).extracting(JobResult.StageSummary::workItem).containsOnly(0);
        // The decoding is a stage of its own, where that VAE is.
        assertThat(pools.stages()).extracting(JobResult.StageSummary::workItem).containsExactly(0, 0, 1);
    }

    /** With one worker for each of the pools that the models are put in. */
    private JobResult resultOf(String id, String job, Map<String, String> pools) throws Exception {
        system.importModels(pools);
        for (String pool : Set.copyOf(pools.values())) {
            system.startWorker(pool);
        }
        system.submit(job);
        return system.awaitResult(id);
    }

    private static void assertSamePicture(JobResult actual, JobResult expected) {
        assertThat(actual.error()).isEmpty();
        assertThat(expected.error()).isEmpty();
        assertThat(actual.images().getFirst().sha256())
                .isEqualTo(expected.images().getFirst().sha256());
    }
}
