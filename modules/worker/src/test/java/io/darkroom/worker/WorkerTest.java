package io.darkroom.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.wire.ArtifactPointer;
import io.darkroom.contract.wire.Handover;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(BrokerExtension.class)
class WorkerTest {

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
    void aDoneWorkItemNamesAPictureThatIsInTheStore() throws Exception {
        bench.start(bench.config().withSlots(1));
        WorkItem item =
                Items.item("job", files, Items.text2img("draft", 2).build()).build();
        bench.give(item);

        WorkDone done = bench.awaitDone(item);

        assertThat(done.getImagesList()).hasSize(1);
        ArtifactPointer picture = done.getImages(0).getArtifact();
        byte[] bytes = bench.store().get(URI.create(picture.getUri()), 1 << 20);
        assertThat(picture.getUri()).startsWith(item.getOutputUri());
        assertThat(picture.getBytes()).isEqualTo(bytes.length);
        assertThat(picture.getSha256()).isEqualTo(sha256(bytes));
        assertThat(done.getImages(0).getSeed()).isEqualTo(7);
        assertThat(bench.eventsOf(item))
                .extracting(WorkEvent::getKindCase)
                .containsExactly(WorkEvent.KindCase.STARTED, WorkEvent.KindCase.DONE);
    }

    @Test
    void twoSlotsHoldTwoItemsOfOnePartitionAtOnce() throws Exception {
        bench.start(bench.config().withSlots(2));
        WorkItem first = Items.item(
                        "first", files, Items.text2img("s", Items.ENDLESS).build())
                .build();
        WorkItem second = Items.item(
                        "second", files, Items.text2img("s", Items.ENDLESS).build())
                .build();
        bench.give(first);
        bench.give(second);

        bench.awaitStarted(first);
        bench.awaitStarted(second);

        assertThat(bench.eventsOf(first)).hasSize(1);
        bench.cancel(first);
        bench.cancel(second);
    }

    @Test
    void aCancelledJobLeavesTheBatchAndItsSlotTakesTheNext() throws Exception {
        bench.start(bench.config().withSlots(1));
        WorkItem endless = Items.item(
                        "endless", files, Items.text2img("s", Items.ENDLESS).build())
                .build();
        WorkItem next =
                Items.item("next", files, Items.text2img("s", 1).build()).build();
        bench.give(endless);
        bench.give(next);
        bench.awaitStarted(endless);

        bench.cancel(endless);

        assertThat(bench.awaitFailed(endless).getErrorCode()).isEqualTo("CANCELLED");
        assertThat(bench.awaitDone(next).getImagesCount()).isEqualTo(1);
    }

    @Test
    void aCancellationFromBeforeTheWorkerStartedIsHonoured() throws Exception {
        WorkItem item = Items.item("job", files, Items.text2img("s", 1).build()).build();
        bench.cancel(item);
        bench.give(item);

        bench.start(bench.config().withSlots(1));

        assertThat(bench.awaitFailed(item).getErrorCode()).isEqualTo("CANCELLED");
        assertThat(bench.eventsOf(item)).extracting(WorkEvent::hasStarted).containsExactly(false);
    }

    @Test
    void aChainOverTwoWorkItemsGivesTheBytesOfTheFusedChain() throws Exception {
        bench.start(bench.config());
        var draft = Items.text2img("draft", 4).setPublish(false).build();
        var comic = Items.img2img("comic", 4).build();
        WorkItem fused = Items.item("fused", files, draft, comic).build();
        WorkItem head = Items.item("parts", files, draft)
                .setHandover(Handover.HANDOVER_LATENTS)
                .build();
        bench.give(fused);
        bench.give(head);

        WorkDone headDone = bench.awaitDone(head);
        WorkItem tail = Items.item("parts-tail", files, comic)
                .addAllInputs(headDone.getHandoverList())
                .build();
        bench.give(tail);

        assertThat(headDone.getHandover(0).hasInlineLatents()).isTrue();
        assertThat(bench.awaitDone(tail).getImages(0).getArtifact().getSha256())
                .isEqualTo(bench.awaitDone(fused).getImages(0).getArtifact().getSha256());
    }

    @Test
    void workThatIsHandedBackIsDoneByTheNextWorker() throws Exception {
        Worker leaving = bench.start(bench.config().withSlots(1).withDrainGrace(java.time.Duration.ZERO));
        WorkItem item =
                Items.item("job", files, Items.text2img("s", 60).build()).build();
        bench.give(item);
        bench.awaitStarted(item);

        leaving.close();
        Worker staying = bench.start(bench.config().withSlots(1));

        assertThat(bench.awaitDone(item).getImagesCount()).isEqualTo(1);
        assertThat(bench.eventsOf(item))
                .extracting(WorkEvent::getWorkerIncarnation)
                .containsExactly(leaving.incarnation(), staying.incarnation(), staying.incarnation());
    }

    @Test
    void runningWorkIsFinishedWithinTheGrace() throws Exception {
        Worker leaving = bench.start(bench.config().withSlots(1));
        WorkItem item =
                Items.item("job", files, Items.text2img("s", 20).build()).build();
        bench.give(item);
        bench.awaitStarted(item);

        leaving.close();

        assertThat(bench.eventsOf(item)).extracting(WorkEvent::hasDone).containsExactly(false, true);
    }

    @Test
    void anAttemptThatRunsForItsLimitEnds() throws Exception {
        bench.start(bench.config().withSlots(1));
        WorkItem item = Items.item(
                        "job", files, Items.text2img("s", Items.ENDLESS).build())
                .setAttemptLimitMillis(300)
                .build();
        bench.give(item);

        assertThat(bench.awaitFailed(item).getErrorCode()).isEqualTo("ATTEMPT_TIMED_OUT");
    }

    @Test
    void heartbeatsTellWhatTheWorkerServesAndWhenItLeaves() throws Exception {
        Worker worker = bench.start(bench.config().withSlots(3));
        // Before its slots are members of the group it announces fewer.
        WorkEvent ready = bench.await(
                        event -> event.hasHeartbeat() && event.getHeartbeat().getSlots() == 3, 1)
                .getFirst();
        worker.close();

        assertThat(ready.getWorkerIncarnation()).isEqualTo(worker.incarnation());
        assertThat(ready.getHeartbeat().getModelDigestsList()).containsExactly(TestModel.digest());
        bench.await(event -> event.hasHeartbeat() && event.getHeartbeat().getLeaving(), 1);
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
