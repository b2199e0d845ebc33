package io.darkroom.router;

import static io.darkroom.router.RouterFixture.PATIENCE;
import static io.darkroom.router.RouterFixture.chain;
import static io.darkroom.router.RouterFixture.done;
import static io.darkroom.router.RouterFixture.failed;
import static io.darkroom.router.RouterFixture.job;
import static io.darkroom.router.RouterFixture.started;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.result.JobReply;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.status.JobStatus;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkerControl;
import io.darkroom.router.job.JobLimits;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import io.darkroom.testkit.TopicReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(BrokerExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RouterTest {
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private RouterFixture router;
    private TestBroker broker;

    @BeforeAll
    void start(TestBroker shared, @TempDir Path state) throws Exception {
        broker = shared;
        router = new RouterFixture(shared, state, JobLimits.DEFAULT);
    }

    @AfterAll
    void stop() {
        router.close();
    }

    @Test
    void aRequestThatIsSentRightAfterItsModelWasPublishedIsAccepted() {
        TopicReader work = router.reader(router.topics.work("base"));
        try (var catalogue =
                new CataloguePublisher(Map.of("bootstrap.servers", broker.bootstrapServers()), router.topics)) {
            for (int number = 0; number < 6; number++) {
                String model = "fresh-" + number;
                catalogue.publish(RouterFixture.model(model, "base", "c", StageKind.TEXT2IMG, StageKind.IMG2IMG));
                router.submit(job(model).replace("tiny-emoji", model));
            }
        }
        for (int number = 0; number < 6; number++) {
            WorkItem item = router.awaitWork(work, "fresh-" + number, 1);
            router.report(item, started(item, "w1"));
            router.report(item, done(item));
        }
    }

    @Test
    void requestsWhoseModelNobodyHasHoldUpNoOtherAndAreAnswered() {
        for (int number = 0; number < 100; number++) {
            router.submit(job("without-" + number).replace("tiny-emoji", "no-such-model"));
        }
        router.submit(job("behind-them"));

        WorkItem item = router.awaitWork(router.reader(router.topics.work("base")), "behind-them", 1);
        router.report(item, started(item, "w1"));
        router.report(item, done(item));
        TopicReader results = router.reader(router.topics.results());
        for (int number = 0; number < 100; number++) {
            assertThat(router.awaitResult(results, "without-" + number)
                            .error()
                            .orElseThrow()
                            .code())
                    .isEqualTo(ErrorCode.UNKNOWN_MODEL);
        }
    }

    @Test
    void aJobIsGivenToAShareGroupAndEndsInOneResultWithItsLabelsAndTrace() {
        var request = new ProducerRecord<>(
                router.topics.requests(), "k", job("simple").getBytes(UTF_8));
        request.headers().add("traceparent", TRACE.getBytes(UTF_8));
        router.submit(request);

        WorkItem item = fromShareGroup("base", "simple");
        router.report(item, started(item, "w1"));
        router.report(item, done(item));
        TopicReader results = router.reader(router.topics.results());
        JobResult result = router.awaitResult(results, "simple");

        assertThat(item.getTraceparent()).isEqualTo(TRACE);
        assertThat(result.status()).isEqualTo(JobResult.Status.SUCCEEDED);
        assertThat(result.labels()).containsEntry("sku", "88-1");
        assertThat(result.traceparent()).hasValue(TRACE);
        assertThat(result.images())
                .singleElement()
                .satisfies(image -> assertThat(image.seed())
                        .hasValue(item.getStages(0).getSeeds().getPerImage().getSeeds(0)));
        assertThat(result.stages()).singleElement().satisfies(stage -> {
            assertThat(stage.kind()).isEqualTo("text2img");
            assertThat(stage.attempts()).hasValue(1);
            assertThat(stage.warnings()).containsExactly("the prompt was cut");
            assertThat(stage.queuedMs()).isPresent();
        });
        var record = results.await(r -> r.key().equals("default/simple"), PATIENCE);
        assertThat(new String(record.headers().lastHeader("traceparent").value(), UTF_8))
                .isEqualTo(TRACE);
    }

    @Test
    void aChainOverTwoPoolsHandsLatentsOn() {
        router.submit(chain("chain"));

        WorkItem draft = router.awaitWork(work("base"), "chain", 1);
        router.report(draft, done(draft));
        WorkItem comic = router.awaitWork(work("comic"), "chain", 1);
        router.report(comic, done(comic));
        JobResult result = router.awaitResult(router.reader(router.topics.results()), "chain");

        assertThat(comic.getInputs(0).getInlineLatents().getData()).isEqualTo(RouterFixture.LATENTS);
        assertThat(result.status()).isEqualTo(JobResult.Status.SUCCEEDED);
        assertThat(result.stages()).extracting("workItem").containsExactly(0, 1);
    }

    @Test
    void anAttemptThatFailsForAPassingReasonIsTriedAgainAndItsLateOutcomeIsIgnored() {
        router.submit(job("retry"));
        TopicReader work = work("base");
        WorkItem first = router.awaitWork(work, "retry", 1);
        router.report(first, started(first, "w1"));
        router.report(first, failed(first, "STORE_UNAVAILABLE"));

        WorkItem second = router.awaitWork(work, "retry", 2);
        router.report(first, done(first));
        router.report(second, done(second));
        router.report(second, done(second));
        JobResult result = router.awaitResult(router.reader(router.topics.results()), "retry");

        assertThat(result.images())
                .singleElement()
                .satisfies(image -> assertThat(image.uri().toString()).contains("/0/2/"));
        assertThat(second.getStages(0).getSeeds()).isEqualTo(first.getStages(0).getSeeds());
        assertOneResult("retry");
    }

    @Test
    void whatIsWrongWithTheRequestIsNotTriedAgain() {
        router.submit(job("users-fault"));
        WorkItem item = router.awaitWork(work("base"), "users-fault", 1);
        router.report(item, failed(item, "INPUT_REJECTED"));

        JobResult result = router.awaitResult(router.reader(router.topics.results()), "users-fault");

        assertThat(result.status()).isEqualTo(JobResult.Status.FAILED);
        assertThat(result.error().orElseThrow().code()).isEqualTo(ErrorCode.INPUT_REJECTED);
        assertThat(result.images()).isEmpty();
    }

    @Test
    void aCancelledJobEndsAndItsWorkersAreTold() {
        router.submit(job("cancel"));
        WorkItem item = router.awaitWork(work("base"), "cancel", 1);
        router.report(item, started(item, "w1"));
        String control = "{\"schema_version\": 1, \"action\": \"cancel\", \"id\": \"cancel\", \"reason\":"
                + " \"changed my mind\"}";
        router.clients.send(router.topics.control(), "k", control.getBytes(UTF_8));

        JobResult result = router.awaitResult(router.reader(router.topics.results()), "cancel");
        JobReply reply = router.awaitReply(router.reader(router.topics.replies()), "cancel");
        var told = router.reader(router.topics.workerControl())
                .await(record -> record.key().equals("default/cancel"), PATIENCE);
        router.report(item, done(item));

        assertThat(result.status()).isEqualTo(JobResult.Status.CANCELLED);
        assertThat(result.error().orElseThrow().message()).contains("changed my mind");
        assertThat(reply.outcome()).isEqualTo(JobReply.Outcome.CANCELLED);
        assertThat(control(told).getCancel().getJob()).isEqualTo(item.getJob());
        assertOneResult("cancel");
    }

    @Test
    void aRepeatIsAnsweredAndDoesNotRunAgain() {
        router.submit(job("repeat"));
        router.submit(job("repeat"));
        router.submit(job("repeat").replace("red fox", "red hen"));
        router.submit(job("repeat").replace("schema_version", "schema"));

        var replies = router.reader(router.topics.replies())
                .awaitCount(record -> record.key().equals("default/repeat"), 3, PATIENCE);

        assertThat(replies)
                .extracting(record -> Json.read(record.value(), JobReply.class).outcome())
                .containsExactly(JobReply.Outcome.DUPLICATE, JobReply.Outcome.CONFLICT, JobReply.Outcome.INVALID);
        TopicReader work = work("base");
        router.awaitWork(work, "repeat", 1);
        assertThat(work.readToEnd().stream()
                        .filter(r -> RouterFixture.item(r).getJob().getId().equals("repeat")))
                .hasSize(1);
    }

    @Test
    void aJobPastItsDeadlineExpires() {
        router.submit(job("late").replace("\"labels\"", "\"deadline\": \"PT0.5S\", \"labels\""));

        JobResult result = router.awaitResult(router.reader(router.topics.results()), "late");

        assertThat(result.status()).isEqualTo(JobResult.Status.EXPIRED);
        assertThat(result.error().orElseThrow().code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    }

    @Test
    void theStatusTopicTellsWhereAJobStands() {
        router.submit(job("status"));
        TopicReader jobs = router.reader(router.topics.jobs());
        jobs.await(
                record -> record.key().equals("default/status") && state(record) == JobStatus.State.QUEUED, PATIENCE);
        WorkItem item = router.awaitWork(work("base"), "status", 1);
        router.report(item, started(item, "w1"));
        jobs.await(
                record -> record.key().equals("default/status") && state(record) == JobStatus.State.RUNNING, PATIENCE);
        router.report(item, done(item));
        jobs.await(
                record -> record.key().equals("default/status") && state(record) == JobStatus.State.SUCCEEDED,
                PATIENCE);
    }

    private static JobStatus.State state(ConsumerRecord<String, byte[]> record) {
        return Json.read(record.value(), JobStatus.class).state();
    }

    private static WorkerControl control(ConsumerRecord<String, byte[]> record) {
        try {
            return WorkerControl.parseFrom(record.value());
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private TopicReader work(String pool) {
        return router.reader(router.topics.work(pool));
    }

    /**
     * A job that is through the same partitions later proves that nothing more comes of the one
     * before.
     */
    private void assertOneResult(String id) {
        router.submit(job(id).replace("red fox", "red hen"));
        router.awaitReply(router.reader(router.topics.replies()), id);
        TopicReader results = router.reader(router.topics.results());
        List<ConsumerRecord<String, byte[]>> all = new ArrayList<>(results.readToEnd());
        assertThat(all.stream().filter(record -> record.key().equals("default/" + id)))
                .hasSize(1);
    }

    private WorkItem fromShareGroup(String pool, String id) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "group.id", router.topics.shareGroup(pool),
                "share.acknowledgement.mode", "implicit");
        try (var slot = new KafkaShareConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            slot.subscribe(List.of(router.topics.work(pool)));
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < end) {
                for (ConsumerRecord<String, byte[]> record : slot.poll(Duration.ofMillis(200))) {
                    if (RouterFixture.item(record).getJob().getId().equals(id)) {
                        return RouterFixture.item(record);
                    }
                }
            }
        }
        throw new AssertionError("the share group of pool " + pool + " was given no work of job " + id);
    }
}
