package io.darkroom.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.darkroom.artifacts.FileStore;
import io.darkroom.artifacts.ObjectStore;
import io.darkroom.artifacts.ObjectStores;
import io.darkroom.artifacts.S3Config;
import io.darkroom.artifacts.StoreConfig;
import io.darkroom.cli.client.ClusterSettings;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.topic.Topics;
import io.darkroom.contract.uri.UriPolicy;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.inference.device.DeviceConfig;
import io.darkroom.pipelines.SafetyMode;
import io.darkroom.router.CataloguePublisher;
import io.darkroom.router.Router;
import io.darkroom.router.RouterConfig;
import io.darkroom.router.TopicSetup;
import io.darkroom.testkit.TestBroker;
import io.darkroom.testkit.TestClients;
import io.darkroom.testkit.TopicReader;
import io.darkroom.worker.Worker;
import io.darkroom.worker.WorkerConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The whole system on the shared broker, under names of its own, and what a client sees of it. */
final class SystemBench implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofMinutes(5);

    /** One pool for everything: a chain is fused in one worker. */
    static final Map<String, String> ONE_POOL = Map.of("draft", "all", "comic", "all", "large", "all");

    /** A pool for each model: a chain's latents cross Kafka twice. */
    static final Map<String, String> POOL_PER_MODEL =
            Map.of("draft", "drafts", "comic", "comics", "large", "enlargers");

    private final TestBroker broker;
    private final Path files;
    private final TestClients clients;
    private final Topics topics;
    private final ObjectStore store;
    private final TopicReader results;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private Router router;

    SystemBench(TestBroker broker, Path files) throws Exception {
        this.broker = broker;
        this.files = files;
        this.clients = broker.clients();
        this.topics = new Topics(broker.unique("system"), 2);
        this.store = new FileStore(files);
        new TopicSetup(clients.admin(), topics, Optional.empty()).ensureSystem();
        this.results = clients.reader(topics.results());
        startRouter();
    }

    TestClients clients() {
        return clients;
    }

    Topics topics() {
        return topics;
    }

    ObjectStore store() {
        return store;
    }

    Path files() {
        return files;
    }

    /** A bucket beside the folder of this bench: a worker that cannot write below its hand-over prefix takes no work. */
    ObjectStores storeWith(S3Config bucket) {
        return ObjectStores.open(new StoreConfig(Optional.of(files), Optional.of(bucket), Optional.empty()));
    }

    /** What a job may name as its place for pictures and inputs; ends with a slash. */
    URI root() {
        return URI.create(files.toUri().toString().replaceFirst("/*$", "/"));
    }

    /**
     * A folder of {@link #root}.
     *
     * @param folder ends with a slash
     */
    URI under(String folder) {
        // Not URI.resolve, which turns file:/// into file:/.
        return URI.create(root() + folder);
    }

    void startRouter() throws Exception {
        URI prefix = root();
        router = Router.start(RouterConfig.of(
                broker.bootstrapServers(),
                files.resolve("router-state"),
                topics,
                UriPolicy.sameForAll(List.of(prefix.toString(), "s3://renders/"))));
        router.awaitRunning(PATIENCE);
    }

    void stopRouter() {
        router.close();
    }

    /** Makes the models known: each under its name, in the pool given for it. */
    void importModels(Map<String, String> poolOfModel) throws Exception {
        try (var catalogue = new CataloguePublisher(Map.of("bootstrap.servers", broker.bootstrapServers()), topics)) {
            for (Map.Entry<String, String> model : poolOfModel.entrySet()) {
                catalogue.publish(Models.entry(model.getKey(), model.getValue()));
            }
        }
    }

    /** Makes one model of any folder known. */
    void importModel(Path folder, String name, String pool) throws Exception {
        try (var catalogue = new CataloguePublisher(Map.of("bootstrap.servers", broker.bootstrapServers()), topics)) {
            catalogue.publish(Models.entry(folder, name, pool));
        }
    }

    WorkerConfig workerConfig(String pool) {
        return WorkerConfig.of(broker.bootstrapServers(), topics, pool, Models.folders(), under("handover/"))
                .withSlots(2)
                .withDevice(new DeviceConfig(new DeviceConfig.Provider.Cpu(), 1, 8));
    }

    /** A worker in this JVM, closed with this bench. */
    Worker startWorker(String pool) throws Exception {
        return startWorker(pool, store);
    }

    Worker startWorker(String pool, ObjectStore itsStore) throws Exception {
        Worker worker = Worker.start(workerConfig(pool), itsStore);
        parts.push(worker);
        return worker;
    }

    /** The same for models of the test's own, with what it says about unwanted pictures. */
    Worker startWorker(String pool, List<Path> models, SafetyMode safety) throws Exception {
        WorkerConfig config = WorkerConfig.of(broker.bootstrapServers(), topics, pool, models, under("handover/"))
                .withSafety(safety);
        Worker worker = Worker.start(config, store);
        parts.push(worker);
        return worker;
    }

    void submit(String json) {
        clients.send(topics.requests(), "", json.getBytes(UTF_8));
    }

    ClusterSettings cluster() {
        return ClusterSettings.of(broker.bootstrapServers());
    }

    JobResult awaitResult(String id, int run) {
        return Json.read(
                results.await(
                                record -> isResultOf(record, id)
                                        && Json.read(record.value(), JobResult.class)
                                                        .run()
                                                == run,
                                PATIENCE)
                        .value(),
                JobResult.class);
    }

    JobResult awaitResult(String id) {
        return Json.read(
                results.await(record -> isResultOf(record, id), PATIENCE).value(), JobResult.class);
    }

    /** How many results of the job there are, once all that is there now has been read. */
    long countResults(String id) {
        return results.readToEnd().stream()
                .filter(record -> isResultOf(record, id))
                .count();
    }

    void awaitStarted(String id) {
        clients.reader(topics.workEvents())
                .await(
                        record -> {
                            WorkEvent event = event(record);
                            return event.hasStarted()
                                    && event.getStarted()
                                            .getAttempt()
                                            .getJob()
                                            .getId()
                                            .equals(id);
                        },
                        PATIENCE);
    }

    @Override
    public void close() throws Exception {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
        router.close();
        clients.close();
    }

    private static boolean isResultOf(ConsumerRecord<String, byte[]> record, String id) {
        return record.key() != null && record.key().endsWith("/" + id);
    }

    private static WorkEvent event(ConsumerRecord<String, byte[]> record) {
        try {
            return WorkEvent.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("a record of work-events is no WorkEvent", e);
        }
    }
}
