package io.darkroom.router;

import static io.darkroom.router.RouterFixture.PATIENCE;
import static io.darkroom.router.RouterFixture.job;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.contract.result.JobResult;
import io.darkroom.router.job.JobLimits;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever comes in, the router answers it and goes on: each test ends with a job that is served.
 */
@ExtendWith(BrokerExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
    private static final int TEN_MEBIBYTES = 10 << 20;

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

    static Stream<Arguments> requestsWithAnId() {
        return Stream.of(
                Arguments.of("cut-off", "\"output\"", "}", ErrorCode.MALFORMED_RECORD, ""),
                Arguments.of(
                        "unknown-field",
                        "\"labels\"",
                        "\"colour\": 1, \"labels\"",
                        ErrorCode.INVALID_REQUEST,
                        "colour"),
                Arguments.of(
                        "not-a-number",
                        "\"prompt\"",
                        "\"guidance_scale\": NaN, \"prompt\"",
                        ErrorCode.MALFORMED_RECORD,
                        ""),
                Arguments.of(
                        "negative",
                        "\"prompt\"",
                        "\"num_inference_steps\": -3, \"prompt\"",
                        ErrorCode.INVALID_REQUEST,
                        "stages[0].num_inference_steps"),
                Arguments.of("missing-model", "tiny-emoji", "tiny-emojy", ErrorCode.UNKNOWN_MODEL, "stages[0].model"),
                Arguments.of("far-output", "s3://renders/", "s3://secrets/", ErrorCode.URI_NOT_ALLOWED, "output.uri"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requestsWithAnId")
    void aBrokenRequestWithAnIdIsADeadLetterAndARejectedResult(
            String id, String right, String wrong, ErrorCode code, String path) {
        String request = job(id).replace(right, wrong);
        RecordMetadata sent = router.clients.send(router.topics.requests(), "k", request.getBytes(UTF_8));

        JobResult result = router.awaitResult(router.reader(router.topics.results()), id);
        ConsumerRecord<String, byte[]> letter = letterOf(sent);

        assertThat(result.status()).isEqualTo(JobResult.Status.REJECTED);
        assertThat(result.error().orElseThrow().code()).isEqualTo(code);
        assertThat(result.error().orElseThrow().faults())
                .isNotEmpty()
                .allSatisfy(fault -> assertThat(fault.path()).isEqualTo(path));
        assertThat(letter.value()).isEqualTo(request.getBytes(UTF_8));
        assertThat(letter.key()).isEqualTo(sent.topic() + "/" + sent.partition() + "/" + sent.offset());
        assertThat(header(letter, "darkroom.tenant")).isEqualTo("default");
        assertThat(header(letter, "darkroom.id")).isEqualTo(id);
        assertThat(header(letter, "darkroom.code")).isEqualTo(code.name());
        assertThat(header(letter, "darkroom.origin.topic")).isEqualTo(router.topics.requests());
        assertStillServing(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "\u0000\u0001", "{\"id\": \"../etc\"}", "not json at all"})
    void whatHasNoIdIsADeadLetterOnly(String value) {
        RecordMetadata sent = router.clients.send(router.topics.requests(), "k", value.getBytes(UTF_8));

        ConsumerRecord<String, byte[]> letter = letterOf(sent);

        assertThat(letter.headers().lastHeader("darkroom.id")).isNull();
        assertThat(header(letter, "darkroom.reason")).isNotEmpty();
        assertStillServing("after-" + sent.partition() + "-" + sent.offset());
    }

    @Test
    void aTombstoneBrokenControlAndABrokenWorkEventAreDeadLetters() {
        letterOf(router.clients.send(router.topics.requests(), "k", null));
        letterOf(router.clients.send(router.topics.control(), "k", "{\"action\": \"stop\"}".getBytes(UTF_8)));
        letterOf(router.clients.send(router.topics.workEvents(), "k", new byte[] {-1, -1, -1}));

        assertStillServing("after-the-odd-ones");
    }

    @Test
    void aTenMebibytePromptIsRefusedByTheProducer() {
        byte[] request = withPrompt("plain-giant", TEN_MEBIBYTES);
        try (var producer = producer("none", 1 << 20)) {
            assertThat(sendFailure(producer, request)).isInstanceOf(RecordTooLargeException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void aTenMebibytePromptThatIsCompressedIsRefusedByTheBrokerAndASmallOneIsTaken(String compression)
            throws Exception {
        String small = "small-" + compression;
        try (var producer = producer(compression, 2 * TEN_MEBIBYTES)) {
            assertThat(sendFailure(producer, withPrompt("giant-" + compression, TEN_MEBIBYTES)))
                    .isInstanceOf(RecordTooLargeException.class);
            producer.send(new ProducerRecord<>(router.topics.requests(), "k", withPrompt(small, 8000)))
                    .get();
        }

        router.awaitWork(router.reader(router.topics.work("base")), small, 1);
        assertStillServing(small);
    }

    @Test
    void aTenMebibytePromptOnATopicThatKeepsRecordsCompressedIsRejectedAndCutInTheDeadLetters() throws Exception {
        setCompression("producer");
        String id = "giant";
        byte[] request = withPrompt(id, TEN_MEBIBYTES);
        RecordMetadata sent;
        try (var producer = producer("zstd", 2 * TEN_MEBIBYTES)) {
            sent = producer.send(new ProducerRecord<>(router.topics.requests(), "k", request))
                    .get();
        } finally {
            setCompression("uncompressed");
        }

        JobResult result = router.awaitResult(router.reader(router.topics.results()), id);
        ConsumerRecord<String, byte[]> letter = letterOf(sent);

        assertThat(result.error().orElseThrow().code()).isEqualTo(ErrorCode.REQUEST_TOO_LARGE);
        assertThat(letter.value()).isEqualTo(Arrays.copyOf(request, DeadLetter.MAX_VALUE_BYTES));
        assertThat(header(letter, "darkroom.original.bytes")).isEqualTo(Integer.toString(request.length));
        assertThat(header(letter, "darkroom.original.sha256"))
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(request)));
        assertStillServing(id);
    }

    @Test
    void aRecordOfHeadersIsServedAsOneWithout() {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(
                router.topics.requests(), "k", job("headers").getBytes(UTF_8));
        for (int number = 0; number < 100_000; number++) {
            record.headers().add("h", null);
        }
        router.submit(record);

        router.awaitWork(router.reader(router.topics.work("base")), "headers", 1);
    }

    private void setCompression(String type) throws Exception {
        router.clients
                .admin()
                .incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, router.topics.requests()),
                        List.of(new AlterConfigOp(
                                new ConfigEntry("compression.type", type), AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    private void assertStillServing(String after) {
        String id = "served-after-" + after;
        router.submit(job(id));
        router.awaitWork(router.reader(router.topics.work("base")), id, 1);
        router.clients.send(
                router.topics.control(),
                "k",
                "{\"schema_version\": 1, \"action\": \"cancel\", \"id\": \"%s\"}"
                        .formatted(id)
                        .getBytes(UTF_8));
        router.awaitResult(router.reader(router.topics.results()), id);
    }

    private ConsumerRecord<String, byte[]> letterOf(RecordMetadata sent) {
        return router.reader(router.topics.deadLetters())
                .await(
                        letter -> header(letter, "darkroom.origin.topic").equals(sent.topic())
                                && header(letter, "darkroom.origin.partition")
                                        .equals(Integer.toString(sent.partition()))
                                && header(letter, "darkroom.origin.offset").equals(Long.toString(sent.offset())),
                        PATIENCE);
    }

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    private static byte[] withPrompt(String id, int characters) {
        return job(id).replace("a red fox", "fox ".repeat(characters / 4)).getBytes(UTF_8);
    }

    private KafkaProducer<String, byte[]> producer(String compression, int maxRequestBytes) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "compression.type",
                compression,
                "buffer.memory",
                64 << 20,
                "max.request.size",
                maxRequestBytes);
        return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    private Throwable sendFailure(KafkaProducer<String, byte[]> producer, byte[] request) {
        try {
            producer.send(new ProducerRecord<>(router.topics.requests(), "k", request))
                    .get();
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new AssertionError("the producer took it");
    }
}
