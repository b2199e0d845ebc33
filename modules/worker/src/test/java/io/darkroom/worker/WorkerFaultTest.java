package io.darkroom.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.artifacts.Sha256;
import io.darkroom.contract.wire.ArtifactPointer;
import io.darkroom.contract.wire.Variant;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkFailed;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import io.darkroom.testkit.TopicReader;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(BrokerExtension.class)
class WorkerFaultTest {

    @TempDir
    Path files;

    private PoolBench bench;

    @BeforeEach
    void open(TestBroker broker) {
        bench = new PoolBench(broker, files);
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    void bytesThatAreNoWorkItemAreKeptAsADeadLetterAndTheNextItemIsServed() throws Exception {
        bench.start(bench.config().withSlots(1));
        byte[] noItem = "not protobuf at all".getBytes(UTF_8);
        bench.clients().send(bench.topics().work(PoolBench.POOL), "acme/x", noItem);
        WorkItem next =
                Items.item("next", files, Items.text2img("s", 1).build()).build();
        bench.give(next);

        TopicReader letters = bench.clients().reader(bench.topics().deadLetters());
        ConsumerRecord<String, byte[]> letter = letters.await(record -> true, PoolBench.PATIENCE);

        assertThat(letter.value()).isEqualTo(noItem);
        assertThat(new String(
                        letter.headers().lastHeader("darkroom.origin.topic").value(), UTF_8))
                .isEqualTo(bench.topics().work(PoolBench.POOL));
        bench.awaitDone(next);
    }

    @Test
    void aModelThatTheWorkerLacksIsNamedBeforeAnythingRuns() throws Exception {
        bench.start(bench.config().withSlots(1));
        WorkItem item = Items.item(
                        "job",
                        files,
                        Items.text2img("s", 1)
                                .setModel("other")
                                .setModelDigest("00")
                                .build())
                .build();
        bench.give(item);

        WorkFailed failed = bench.awaitFailed(item);

        assertThat(failed.getErrorCode()).isEqualTo("MODEL_NOT_ON_WORKER");
        assertThat(failed.getMessage()).contains("other");
        assertThat(failed.getWorkerAtFault()).isTrue();
    }

    @Test
    void workPastItsDeadlineIsNotStarted() throws Exception {
        bench.start(bench.config().withSlots(1));
        WorkItem item = Items.item("job", files, Items.text2img("s", 1).build())
                .setDeadlineEpochMillis(Instant.now().minus(Duration.ofHours(1)).toEpochMilli())
                .build();
        bench.give(item);

        assertThat(bench.awaitFailed(item).getErrorCode()).isEqualTo("DEADLINE_EXCEEDED");
        assertThat(bench.eventsOf(item)).extracting(WorkEvent::hasStarted).containsExactly(false);
    }

    @Test
    void aClockThatIsAMinuteAheadDecidesNothing() throws Exception {
        bench.start(bench.config().withSlots(1));
        WorkItem item = Items.item("job", files, Items.text2img("s", 1).build())
                .setDeadlineEpochMillis(
                        Instant.now().minus(Duration.ofMinutes(1)).toEpochMilli())
                .build();
        bench.give(item);

        assertThat(bench.awaitDone(item).getImagesList()).isNotEmpty();
    }

    @Test
    void anInputPictureThatIsMissingIsNamed() throws Exception {
        String uri = files.resolve("nowhere.png").toUri().toString();
        WorkFailed failed =
                failureWithInput(WorkInput.newBuilder().setImageUri(uri).build());

        assertThat(failed.getErrorCode()).isEqualTo("INPUT_NOT_FOUND");
        assertThat(failed.getMessage()).contains("nowhere.png");
        assertThat(failed.getWorkerAtFault()).isFalse();
    }

    @Test
    void anInputThatIsNoPictureIsRejected() throws Exception {
        Path text = Files.writeString(files.resolve("letter.png"), "Dear Sir or Madam");
        WorkFailed failed = failureWithInput(
                WorkInput.newBuilder().setImageUri(text.toUri().toString()).build());

        assertThat(failed.getErrorCode()).isEqualTo("INPUT_REJECTED");
    }

    @Test
    void anArtifactWithOtherBytesThanItsDigestSaysIsLost() throws Exception {
        String sha256 = "0".repeat(64);
        Path folder = Files.createDirectories(files.resolve("handover/acme/job/1/0/1"));
        Path picture = Files.writeString(folder.resolve(sha256 + ".png"), "something else");
        WorkFailed failed = failureWithInput(WorkInput.newBuilder()
                .setImage(ArtifactPointer.newBuilder()
                        .setUri(picture.toUri().toString())
                        .setSha256(sha256)
                        .setBytes(Files.size(picture)))
                .build());

        assertThat(failed.getErrorCode()).isEqualTo("ARTIFACT_LOST");
        assertThat(failed.getMessage()).doesNotContain("--handover-uri");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret.png",
                "handover/acme/other/1/0/1/SHA.png",
                "handover/other/job/1/0/1/SHA.png",
                "handover/acme/job/2/0/1/SHA.png",
                "handover/acme/kept/SHA/SHA.png",
                "elsewhere/acme/job/1/0/1/SHA.png"
            })
    void aPointerThatLeadsElsewhereIsNotRead(String name) throws Exception {
        Path picture = files.resolve(name);
        Files.createDirectories(picture.getParent());
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
        byte[] bytes = Files.readAllBytes(picture);
        String sha256 = Sha256.of(bytes);
        Path named = picture.resolveSibling(picture.getFileName().toString().replace("SHA", sha256));
        Files.move(picture, named);
        WorkFailed failed = failureWithInput(WorkInput.newBuilder()
                .setImage(ArtifactPointer.newBuilder()
                        .setUri(named.toUri().toString())
                        .setSha256(sha256)
                        .setBytes(bytes.length))
                .build());

        assertThat(failed.getErrorCode()).isEqualTo("ARTIFACT_LOST");
        assertThat(failed.getMessage()).contains("--handover-uri");
    }

    /** The other run, which has hundreds of steps to go, is given up. */
    @Test
    void aRunOfASweepThatCannotBeMadeEndsTheStageAndSaysWhy() throws Exception {
        bench.start(bench.config().withSlots(1));
        WorkItem item = Items.item(
                        "job",
                        files,
                        Items.text2img("draft", 1).build(),
                        Items.img2img("swept", Items.ENDLESS)
                                .addVariants(Variant.newBuilder().setStrength(1))
                                .addVariants(Variant.newBuilder().setStrength(0.0001))
                                .build())
                .build();
        bench.give(item);

        WorkFailed failed = bench.awaitFailed(item);

        assertThat(failed.getErrorCode()).isEqualTo("INVALID_PARAMETER");
        assertThat(failed.getStage()).isEqualTo("swept");
        assertThat(failed.getMessage()).startsWith("strength: 1.0E-4 of 900 steps leaves none to run");
    }

    @Test
    void workOfANewerVersionIsHandedBackAndNotFailed() throws Exception {
        bench.start(bench.config().withSlots(4));
        WorkItem newer = Items.item("newer", files, Items.text2img("s", 1).build())
                .setProtocolVersion(99)
                .build();
        WorkItem next =
                Items.item("next", files, Items.text2img("s", 1).build()).build();
        bench.give(newer);
        bench.give(next);

        bench.awaitDone(next);

        assertThat(bench.eventsOf(newer)).isEmpty();
    }

    @Test
    void aMissingTopicSaysHowToMakeIt() {
        WorkerConfig config = bench.config();
        WorkerConfig other = WorkerConfig.of(
                config.bootstrapServers(),
                config.topics(),
                "unheard-of",
                config.modelFolders(),
                config.handoverPrefix());

        assertThatThrownBy(() -> bench.start(other))
                .isInstanceOf(WorkerStartException.class)
                .hasMessageContaining("unheard-of")
                .hasMessageContaining("darkroom topics create");
    }

    private WorkFailed failureWithInput(WorkInput input) throws Exception {
        bench.start(bench.config().withSlots(1));
        WorkItem item = Items.item("job", files, Items.img2img("s", 2).build())
                .addInputs(input)
                .build();
        bench.give(item);
        return bench.awaitFailed(item);
    }
}
