package io.darkroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.artifacts.model.ModelCache;
import io.darkroom.cli.client.Catalogue;
import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.local.ModelImport;
import io.darkroom.cli.local.ModelPlaces;
import io.darkroom.cli.local.ModelStores;
import io.darkroom.cli.local.S3Settings;
import io.darkroom.cli.local.StoredModels;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.result.JobResult.Status;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.S3Server;
import io.darkroom.testkit.TestBroker;
import io.darkroom.worker.Worker;
import io.darkroom.worker.WorkerConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Workers that begin with no model at all. */
@ExtendWith(BrokerExtension.class)
class ModelStoreTest {
    private static final String STORE = "s3://models/shelf/";

    @TempDir
    Path files;

    private SystemBench system;
    private S3Server s3;
    private S3Settings settings;
    private ModelPlaces places;
    private final StringWriter said = new StringWriter();

    @BeforeEach
    void open(TestBroker broker) throws Exception {
        system = new SystemBench(broker, files.resolve("store"));
        s3 = S3Server.start("models");
        Path keys = Files.writeString(
                files.resolve("keys"),
                "AWS_ACCESS_KEY_ID=" + s3.accessKey() + "\nAWS_SECRET_ACCESS_KEY=" + s3.secretKey() + "\n");
        settings = new S3Settings(Optional.of(s3.endpoint().toString()), s3.region(), Optional.of(keys));
        places = ModelPlaces.of(
                List.of(STORE), settings, new ModelCache(files.resolve("cache"), 1L << 30, Clock.systemUTC()));
    }

    @AfterEach
    void close() throws Exception {
        system.close();
        places.close();
        s3.close();
    }

    private Worker startWorker(String pool) throws Exception {
        WorkerConfig config = WorkerConfig.of(
                        system.cluster().bootstrapServers(),
                        system.topics(),
                        pool,
                        List.of(),
                        system.under("handover/"))
                .withSlots(1);
        return Worker.start(config, system.store(), places.supply());
    }

    private void importModel(Path folder, String name, String pool) {
        Terminal terminal = new Terminal(new PrintWriter(said), new PrintWriter(said), false, false);
        try (Cluster cluster = Cluster.connect(system.cluster(), system.topics());
                ModelStores store = ModelStores.open(List.of(STORE), settings)) {
            new ModelImport(cluster)
                    .run(
                            folder.toString(),
                            new ModelImport.Description(
                                    Optional.of(name),
                                    pool,
                                    Optional.of("Apache-2.0"),
                                    Optional.empty(),
                                    Optional.empty()),
                            Optional.of(new StoredModels(store.one(), terminal)),
                            terminal);
        }
    }

    @Test
    void aWorkerPullsWhatItsPoolNeedsBeforeItTakesWorkAndWhatIsImportedLater() throws Exception {
        importModel(Models.folder("draft"), "draft", "all");
        try (Worker worker = startWorker("all")) {
            assertThat(said.toString()).contains("serve it with: darkroom worker --pool all --models " + STORE);
            Path cached = files.resolve("cache/models");
            assertThat(cached.resolve(Models.entry("draft", "all").digest()).resolve("unet/model.onnx"))
                    .hasSameBinaryContentAs(Models.folder("draft").resolve("unet/model.onnx"));
            importModel(Models.folder("large"), "large", "all");
            importModel(Models.folder("comic"), "comic", "all");
            system.submit(Jobs.chain("pulled", system.under("out/"), 2));

            JobResult result = system.awaitResult("pulled");

            assertThat(result.error()).isEmpty();
            assertThat(result.status()).isEqualTo(Status.SUCCEEDED);
            assertThat(cached.resolve(Models.entry("large", "all").digest())).isDirectory();
        }
    }

    @Test
    void theCatalogueSaysWhereAModelLiesAndHowLargeItIs() {
        importModel(Models.folder("draft"), "draft", "all");
        try (Cluster cluster = Cluster.connect(system.cluster(), system.topics())) {
            assertThat(Catalogue.read(cluster).find("draft")).hasValueSatisfying(entry -> {
                assertThat(entry.store()).contains(STORE);
                assertThat(entry.sizeBytes()).isGreaterThan(1_000_000);
            });
        }
    }
}
