package io.darkroom.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.artifacts.S3Config;
import io.darkroom.artifacts.S3Credentials;
import io.darkroom.artifacts.S3Store;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.FaultProxy;
import io.darkroom.testkit.NetworkFault;
import io.darkroom.testkit.S3Server;
import io.darkroom.testkit.TestBroker;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose store goes away: it must not fail its pool's jobs one after the other. */
@ExtendWith(BrokerExtension.class)
class IllnessTest {
    private static final Duration WITHIN = Duration.ofSeconds(60);

    @TempDir
    Path files;

    @Test
    void aWorkerWhoseStoreGoesAwayTakesNoWorkUntilItIsBack(TestBroker broker) throws Exception {
        PoolBench bench = new PoolBench(broker, files);
        try (S3Server server = S3Server.start("renders");
                FaultProxy proxy = FaultProxy.before("127.0.0.1", server.port());
                S3Store store = new S3Store(new S3Config(
                        URI.create("http://127.0.0.1:" + proxy.port()),
                        server.region(),
                        new S3Credentials(server.accessKey(), server.secretKey())))) {
            WorkerConfig config = bench.config().withSlots(1);
            Worker worker = bench.start(
                    new WorkerConfig(
                            config.bootstrapServers(),
                            config.topics(),
                            config.pool(),
                            config.modelFolders(),
                            1,
                            config.device(),
                            URI.create("s3://renders/handover/"),
                            config.recordLock(),
                            config.drainGrace(),
                            config.heartbeatInterval(),
                            config.rightsMayCome(),
                            config.safety(),
                            config.clientOverrides()),
                    store);
            await(() -> worker.capacity() == 1);

            proxy.set(new NetworkFault.Refuse());
            WorkItem first = give(bench, "first");
            WorkItem second = give(bench, "second");
            assertThat(bench.awaitFailed(first).getErrorCode()).isEqualTo("STORE_UNAVAILABLE");
            assertThat(bench.awaitFailed(second).getErrorCode()).isEqualTo("STORE_UNAVAILABLE");
            await(() -> worker.capacity() == 0);
            assertThat(worker.complaint()).contains("store");
            WorkItem waits = give(bench, "waits");
            assertThat(bench.eventsOf(waits)).isEmpty();

            proxy.set(new NetworkFault.None());
            assertThat(bench.awaitDone(waits).getImagesList()).isNotEmpty();
            assertThat(worker.capacity()).isEqualTo(1);
        } finally {
            bench.close();
        }
    }

    private static WorkItem give(PoolBench bench, String id) {
        WorkItem item = Items.item(id, Path.of("/"), Items.text2img("s", 1).build())
                .setOutputUri("s3://renders/" + id + "/")
                .build();
        bench.give(item);
        return item;
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + WITHIN.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("within " + WITHIN).isNegative();
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
