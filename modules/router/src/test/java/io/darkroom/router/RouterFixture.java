package io.darkroom.router;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.result.JobReply;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.topic.Topics;
import io.darkroom.contract.uri.UriPolicy;
import io.darkroom.contract.wire.ArtifactPointer;
import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.ElementType;
import io.darkroom.contract.wire.Handover;
import io.darkroom.contract.wire.InlineLatents;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.PublishedImage;
import io.darkroom.contract.wire.StageReport;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkFailed;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.contract.wire.WorkStarted;
import io.darkroom.contract.wire.WorkerHeartbeat;
import io.darkroom.contract.work.WorkProtocol;
import io.darkroom.router.dispatch.DispatchLimits;
import io.darkroom.router.dispatch.TenantShare;
import io.darkroom.router.job.JobLimits;
import io.darkroom.testkit.TestBroker;
import io.darkroom.testkit.TestClients;
import io.darkroom.testkit.TopicReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A router of its own on the shared broker, and what a client and a worker would do to it. */
public final class RouterFixture implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final String VAE = "a".repeat(64);
    static final ByteString LATENTS = ByteString.copyFrom(new byte[4 * 8 * 8 * Float.BYTES]);
    private static final String SHA256 = "c".repeat(64);

    final TestClients clients;
    final Topics topics;
    final RouterConfig config;
    private Router router;

    RouterFixture(TestBroker broker, Path state, JobLimits limits) throws Exception {
        this(broker, state, limits, Map.of());
    }

    RouterFixture(TestBroker broker, Path state, JobLimits limits, Map<String, TenantShare> shares) throws Exception {
        this.clients = broker.clients();
        this.topics = new Topics(broker.unique("router"), 2);
        this.config = RouterConfig.of(
                        broker.bootstrapServers(), state, topics, UriPolicy.sameForAll(List.of("s3://renders/")))
                .withLimits(limits, new DispatchLimits(Duration.ofHours(1), Duration.ofMinutes(10), shares));
        new TopicSetup(clients.admin(), topics, Optional.empty()).ensureSystem();
        try (var catalogue = new CataloguePublisher(Map.of("bootstrap.servers", broker.bootstrapServers()), topics)) {
            catalogue.publish(model("tiny-emoji", "base", "a", StageKind.TEXT2IMG, StageKind.IMG2IMG));
            catalogue.publish(model("tiny-comic", "comic", "b", StageKind.TEXT2IMG, StageKind.IMG2IMG));
        }
        start();
        List.of("base", "comic").forEach(this::announceWorker);
    }

    /** Work is released only to pools in which a worker was heard of. */
    private void announceWorker(String pool) {
        clients.send(topics.workEvents(), pool, heartbeat(pool).toByteArray());
    }

    public static WorkEvent heartbeat(String pool) {
        WorkerHeartbeat heartbeat = WorkerHeartbeat.newBuilder()
                .setPool(pool)
                .setSlots(8)
                .addAllProtocolVersions(WorkProtocol.readableItems())
                .build();
        return WorkEvent.newBuilder()
                .setProtocolVersion(WorkProtocol.EVENT)
                .setWorkerIncarnation("worker-" + pool)
                .setHeartbeat(heartbeat)
                .build();
    }

    void start() throws Exception {
        router = Router.start(config);
        router.awaitRunning(PATIENCE);
    }

    /** With another state directory, so that all is restored from the changelogs. */
    void startIn(Path state) throws Exception {
        router = Router.start(new RouterConfig(
                config.bootstrapServers(),
                config.applicationId(),
                config.instanceId(),
                state,
                config.topics(),
                config.uriPolicy(),
                config.grants(),
                config.jobLimits(),
                config.dispatchLimits(),
                config.threads(),
                config.commitInterval(),
                config.kafka()));
        router.awaitRunning(PATIENCE);
    }

    void stop() {
        router.close();
    }

    TopicReader reader(String topic) {
        return clients.reader(topic);
    }

    void submit(String json) {
        clients.send(topics.requests(), "any key", json.getBytes(UTF_8));
    }

    void submit(ProducerRecord<String, byte[]> record) {
        clients.send(record);
    }

    /** One text2img stage. */
    public static String job(String id) {
        return """
            { "schema_version": 1, "id": "%s", "labels": {"sku": "88-1"},
              "stages": [ { "kind": "text2img", "model": "tiny-emoji", "prompt": "a red fox" } ],
              "output": { "uri": "s3://renders/one/" } }
            """.formatted(id);
    }

    /** Two stages of models in two pools, with the same VAE. */
    public static String chain(String id) {
        return """
            { "schema_version": 1, "id": "%s",
              "stages": [
                { "id": "draft", "kind": "text2img", "model": "tiny-emoji", "prompt": "a red fox" },
                { "id": "comic", "kind": "img2img", "model": "tiny-comic", "prompt": "a red fox, comic" } ],
              "output": { "uri": "s3://renders/one/" } }
            """.formatted(id);
    }

    WorkItem awaitWork(TopicReader work, String id, int attempt) {
        return item(work.await(
                record ->
                        item(record).getJob().getId().equals(id) && item(record).getAttempt() == attempt,
                PATIENCE));
    }

    JobResult awaitResult(TopicReader results, String id) {
        return result(results.await(record -> record.key().endsWith("/" + id), PATIENCE));
    }

    JobReply awaitReply(TopicReader replies, String id) {
        return Json.read(
                replies.await(record -> record.key().endsWith("/" + id), PATIENCE)
                        .value(),
                JobReply.class);
    }

    static JobResult result(ConsumerRecord<String, byte[]> record) {
        return Json.read(record.value(), JobResult.class);
    }

    static WorkItem item(ConsumerRecord<String, byte[]> record) {
        try {
            return WorkItem.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    void report(WorkItem item, WorkEvent event) {
        clients.send(
                topics.workEvents(),
                item.getJob().getTenant() + "/" + item.getJob().getId(),
                event.toByteArray());
    }

    static WorkEvent started(WorkItem item, String worker) {
        return WorkEvent.newBuilder()
                .setWorkerIncarnation(worker)
                .setStarted(WorkStarted.newBuilder()
                        .setAttempt(attempt(item))
                        .setPool(item.getPool())
                        .setToken(item.getToken()))
                .build();
    }

    static WorkEvent failed(WorkItem item, String code) {
        return WorkEvent.newBuilder()
                .setWorkerIncarnation("w1")
                .setFailed(WorkFailed.newBuilder()
                        .setAttempt(attempt(item))
                        .setToken(item.getToken())
                        .setErrorCode(code)
                        .setMessage("it went wrong"))
                .build();
    }

    /**
     * As the work item asks: one picture for each stage that publishes, latents when something
     * waits for them.
     */
    static WorkEvent done(WorkItem item) {
        WorkDone.Builder done = WorkDone.newBuilder()
                .setAttempt(attempt(item))
                .setPool(item.getPool())
                .setToken(item.getToken());
        for (WorkStage stage : item.getStagesList()) {
            done.addReports(StageReport.newBuilder()
                    .setStage(stage.getId())
                    .setModel(stage.getModel())
                    .setModelDigest(stage.getModelDigest())
                    .setComputeMillis(12)
                    .setDeviceMillis(9)
                    .addWarnings("the prompt was cut"));
            if (stage.getPublish()) {
                done.addImages(PublishedImage.newBuilder()
                        .setStage(stage.getId())
                        .setArtifact(ArtifactPointer.newBuilder()
                                .setUri(folder(item) + SHA256 + ".png")
                                .setSha256(SHA256)
                                .setBytes(100))
                        .setWidth(64)
                        .setHeight(64)
                        .setSeed(stage.getSeeds().getPerImage().getSeeds(0)));
            }
        }
        for (WorkStage stage : item.getStagesList()) {
            if (stage.getHandover() == Handover.HANDOVER_LATENTS) {
                done.addHandover(WorkInput.newBuilder()
                        .setStage(stage.getId())
                        .setInlineLatents(InlineLatents.newBuilder()
                                .addAllShape(List.of(1, 4, 8, 8))
                                .setElementType(ElementType.ELEMENT_TYPE_F32)
                                .setData(LATENTS)
                                .setVaeDigest(VAE)));
            }
        }
        return WorkEvent.newBuilder().setWorkerIncarnation("w1").setDone(done).build();
    }

    /** Where a worker writes what the attempt makes. */
    private static String folder(WorkItem item) {
        JobKey job = item.getJob();
        return item.getOutputUri() + job.getTenant() + "/" + job.getId() + "/" + job.getRun() + "/" + item.getIndex()
                + "/" + item.getAttempt() + "/";
    }

    private static AttemptKey attempt(WorkItem item) {
        return AttemptKey.newBuilder()
                .setJob(item.getJob())
                .setIndex(item.getIndex())
                .setAttempt(item.getAttempt())
                .build();
    }

    public static ModelEntry model(String name, String pool, String digit, StageKind... kinds) {
        return ModelEntry.of(Family.STABLE_DIFFUSION, name, digit.repeat(64), pool)
                .kinds(List.of(kinds))
                .vae(Optional.of(VAE))
                .latents(4, 8)
                .size(64, 64, 8)
                .build();
    }

    @Override
    public void close() {
        router.close();
        clients.close();
    }
}
