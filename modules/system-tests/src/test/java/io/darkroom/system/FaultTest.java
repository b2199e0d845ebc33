package io.darkroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.artifacts.ObjectStores;
import io.darkroom.artifacts.S3Config;
import io.darkroom.artifacts.S3Credentials;
import io.darkroom.cli.ExitCode;
import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.letters.LetterBox;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.result.JobResult.Status;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.FaultProxy;
import io.darkroom.testkit.NetworkFault;
import io.darkroom.testkit.S3Server;
import io.darkroom.testkit.TestBroker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(BrokerExtension.class)
class FaultTest {

    private static final URI BUCKET = URI.create("s3://renders/");

    @TempDir
    Path files;

    private SystemBench system;

    @BeforeEach
    void open(TestBroker broker) throws Exception {
        system = new SystemBench(broker, files);
        system.importModels(Map.of("draft", "all"));
    }

    @AfterEach
    void close() throws Exception {
        system.close();
    }

    @Test
    void aJobWhoseWorkerIsKilledInTheMiddleEndsInOneResult() throws Exception {
        Process doomed = WorkerProcess.start(system, "all");
        system.submit(Jobs.draft("job", system.under("out/"), 100));
        system.awaitStarted("job");

        doomed.destroyForcibly().waitFor();
        system.startWorker("all");

        JobResult result = system.awaitResult("job");
        assertThat(result.error()).isEmpty();
        assertThat(result.images()).hasSize(1);
        assertThat(system.countResults("job")).isEqualTo(1);
    }

    @Test
    void aJobWhoseRouterIsRestartedInTheMiddleEndsInOneResult() throws Exception {
        system.startWorker("all");
        system.submit(Jobs.draft("job", system.under("out/"), 60));
        system.awaitStarted("job");

        system.stopRouter();
        system.startRouter();

        JobResult result = system.awaitResult("job");
        assertThat(result.error()).isEmpty();
        assertThat(result.images()).hasSize(1);
        assertThat(system.countResults("job")).isEqualTo(1);
    }

    @Test
    void aStoreThatStaysAwayEndsTheJobWithItsName() throws Exception {
        try (S3Server s3 = S3Server.start("renders");
                FaultProxy proxy = FaultProxy.before("127.0.0.1", s3.port());
                ObjectStores store = storeBehind(proxy, s3)) {
            proxy.set(new NetworkFault.Refuse());
            system.startWorker("all", store);
            system.submit(Jobs.draft("job", BUCKET, 1));

            JobResult result = system.awaitResult("job");

            assertThat(result.status()).isEqualTo(Status.FAILED);
            assertThat(result.error().orElseThrow().code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
            assertThat(result.error().orElseThrow().message()).contains("renders");
        }
    }

    @Test
    void aJobThatItsStoreFailedRunsAgainFromItsDeadLetter() throws Exception {
        try (S3Server s3 = S3Server.start("renders");
                FaultProxy proxy = FaultProxy.before("127.0.0.1", s3.port());
                ObjectStores store = storeBehind(proxy, s3);
                Cluster cluster = Cluster.connect(system.cluster(), system.topics())) {
            var said = new StringWriter();
            var letters = new LetterBox(cluster, Terminal.of(new PrintWriter(said), new PrintWriter(said)));
            proxy.set(new NetworkFault.Refuse());
            system.startWorker("all", store);
            system.submit(Jobs.draft("job", BUCKET, 1));
            system.awaitResult("job");
            letters.list();
            proxy.set(new NetworkFault.None());

            int code = letters.replay("default/job/1");
            JobResult second = system.awaitResult("job", 2);
            letters.list();

            assertThat(said.toString())
                    .containsSubsequence(
                            "default/job/1", "STORE_UNAVAILABLE", "run 2", "discarded", "there are no dead letters");
            assertThat(code).isEqualTo(ExitCode.OK);
            assertThat(second.status()).isEqualTo(Status.SUCCEEDED);
            assertThat(second.images()).hasSize(1);
        }
    }

    @Test
    void aStoreThatComesBackCostsOnlyTime() throws Exception {
        try (S3Server s3 = S3Server.start("renders");
                FaultProxy proxy = FaultProxy.before("127.0.0.1", s3.port());
                ObjectStores store = storeBehind(proxy, s3)) {
            proxy.set(new NetworkFault.Unavailable(2));
            system.startWorker("all", store);
            system.submit(Jobs.draft("job", BUCKET, 1));

            JobResult result = system.awaitResult("job");

            assertThat(result.error()).isEmpty();
            assertThat(result.images().getFirst().uri().toString()).startsWith("s3://renders/");
        }
    }

    private ObjectStores storeBehind(FaultProxy proxy, S3Server s3) {
        S3Config config = new S3Config(
                URI.create("http://127.0.0.1:" + proxy.port()),
                s3.region(),
                new S3Credentials(s3.accessKey(), s3.secretKey()));
        return system.storeWith(config);
    }
}
