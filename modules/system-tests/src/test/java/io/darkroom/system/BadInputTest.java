package io.darkroom.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.result.JobResult.Status;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import io.darkroom.testkit.TopicReader;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a client sends, it is answered, and the next job is served as ever. */
@ExtendWith(BrokerExtension.class)
class BadInputTest {

    @TempDir
    Path files;

    private SystemBench system;

    @BeforeEach
    void open(TestBroker broker) throws Exception {
        system = new SystemBench(broker, files);
        system.importModels(Map.of("draft", "all"));
        system.startWorker("all");
    }

    @AfterEach
    void close() throws Exception {
        system.submit(Jobs.draft("next", out(), 1));
        assertThat(system.awaitResult("next").error()).isEmpty();
        system.close();
    }

    @Test
    void faultsOfARequestAreAllNamedWithTheirPaths() {
        system.submit("""
            { "schema_version": 1, "id": "wrong", "colour": "red",
              "stages": [ { "kind": "text2img", "model": "unheard-of", "prompt": "a heart",
                            "num_inference_steps": -3 } ],
              "output": { "uri": "%s" } }
            """.formatted(out()));

        JobResult result = system.awaitResult("wrong");

        assertThat(result.status()).isEqualTo(Status.REJECTED);
        assertThat(result.error().orElseThrow().faults())
                .extracting(fault -> fault.path())
                .contains("colour", "stages[0].num_inference_steps");
    }

    @Test
    void aModelThatIsNotInTheCatalogueIsNamed() {
        system.submit(Jobs.draft("unknown", out(), 1).replace("\"draft\"", "\"unheard-of\""));

        JobResult result = system.awaitResult("unknown");

        assertThat(result.status()).isEqualTo(Status.REJECTED);
        assertThat(result.error().orElseThrow().message()).contains("unheard-of");
    }

    @Test
    void notANumberIsADeadLetterWithTheOriginalBytes() {
        String request = Jobs.draft("nan", out(), 1).replace("\"seed\": 7", "\"eta\": NaN");
        system.submit(request);

        TopicReader letters = system.clients().reader(system.topics().deadLetters());

        assertThat(letters.await(record -> true, SystemBench.PATIENCE).value()).isEqualTo(request.getBytes(UTF_8));
    }

    @Test
    void aTenMebibytePromptThatCompressionWouldBringPastTheBrokerIsRefusedThere(TestBroker broker) {
        String prompt = "a heart ".repeat((10 << 20) / 8);
        byte[] request =
                Jobs.draft("long", out(), 1).replace("a red heart", prompt).getBytes(UTF_8);
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "compression.type", "zstd",
                "max.request.size", Integer.toString(32 << 20),
                "buffer.memory", Integer.toString(64 << 20));
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            assertThatThrownBy(() -> producer.send(
                                    new ProducerRecord<>(system.topics().requests(), request))
                            .get())
                    .hasCauseInstanceOf(RecordTooLargeException.class);
        }
    }

    @Test
    void aPictureThatIsABombIsRefusedByItsHeader() throws Exception {
        Path bomb = Files.write(files.resolve("bomb.png"), hugePng(60_000));

        JobResult.JobError error = errorOfPicture("bomb", bomb.toUri());

        assertThat(error.code()).isEqualTo(ErrorCode.INPUT_REJECTED);
        assertThat(error.message()).contains("60000");
    }

    @Test
    void anInputThatIsNoPictureOrMissingIsNamed() throws Exception {
        Path letter = Files.writeString(files.resolve("letter.png"), "Dear Sir or Madam");

        assertThat(errorOfPicture("letter", letter.toUri()).code()).isEqualTo(ErrorCode.INPUT_REJECTED);
        assertThat(errorOfPicture("nowhere", files.resolve("nowhere.png").toUri())
                        .code())
                .isEqualTo(ErrorCode.INPUT_NOT_FOUND);
    }

    private JobResult.JobError errorOfPicture(String id, URI picture) {
        system.submit(Jobs.fromPicture(id, picture, out()));
        JobResult result = system.awaitResult(id);
        assertThat(result.status()).isEqualTo(Status.FAILED);
        return result.error().orElseThrow();
    }

    private URI out() {
        return system.under("out/");
    }

    /** A few bytes that announce side times side pixels. */
    private static byte[] hugePng(int side) {
        var png = new ByteArrayOutputStream();
        png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        byte[] header = ByteBuffer.allocate(13)
                .putInt(side)
                .putInt(side)
                .put(new byte[] {8, 2, 0, 0, 0})
                .array();
        chunk(png, "IHDR", header);
        chunk(png, "IDAT", new byte[] {0x78, (byte) 0x9c, 3, 0, 0, 0, 0, 1});
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] data) {
        ByteBuffer body =
                ByteBuffer.allocate(4 + data.length).put(type.getBytes(UTF_8)).put(data);
        var crc = new CRC32();
        crc.update(body.array());
        png.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        png.writeBytes(body.array());
        png.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
