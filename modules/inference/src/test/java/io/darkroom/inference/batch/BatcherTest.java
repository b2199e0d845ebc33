package io.darkroom.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.TestModels;
import io.darkroom.inference.device.Device;
import io.darkroom.inference.device.DeviceConfig;
import io.darkroom.inference.device.DeviceException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** With a real network; the batcher is stepped by hand. */
class BatcherTest {
    /**
     * Largest difference that batching may make to a value of order 1: float32 rounding in another
     * order.
     */
    private static final float ROUNDING = 2e-5f;

    private static Device device;
    private static UNet real;
    private static int width;

    @BeforeAll
    static void load() throws Exception {
        device = Device.open(DeviceConfig.cpu());
        var folder = TestModels.open();
        real = device.networks(folder).unet();
        width = (int) folder.unet().input("encoder_hidden_states").dimension(2);
    }

    @AfterAll
    static void close() {
        device.close();
    }

    @Test
    void rowsMixedWithOtherJobsAndStepsComeOutAsAlone() {
        List<Walk> together =
                List.of(walk(real, 1, 2, 8, 900, 6), walk(real, 2, 1, 8, 500.5f, 4), walk(real, 3, 3, 8, 20, 2));
        List<Walk> alone =
                List.of(walk(real, 1, 2, 8, 900, 6), walk(real, 2, 1, 8, 500.5f, 4), walk(real, 3, 3, 8, 20, 2));
        Batcher shared = new Batcher(8);
        together.forEach(walk -> admit(shared, walk));
        runToEnd(shared);
        for (Walk walk : alone) {
            Batcher own = new Batcher(1);
            admit(own, walk);
            runToEnd(own);
        }
        for (int i = 0; i < alone.size(); i++) {
            assertThat(worstDifference(together.get(i).latents(), alone.get(i).latents()))
                    .isLessThan(ROUNDING);
        }
    }

    @Test
    void aLateTaskJoinsAtTheNextStep() {
        RecordingUNet unet = new RecordingUNet(real);
        Batcher batcher = new Batcher(8);
        admit(batcher, walk(unet, 1, 2, 8, 900, 4));
        batcher.step();
        admit(batcher, walk(unet, 2, 1, 8, 300, 2));
        runToEnd(batcher);
        assertThat(unet.calls())
                .containsExactly(
                        List.of(900f, 900f), List.of(890f, 890f, 300f), List.of(880f, 880f, 290f), List.of(870f, 870f));
    }

    @Test
    void aCancelledTaskLeavesTheBatchAtTheNextStep() {
        RecordingUNet unet = new RecordingUNet(real);
        Batcher batcher = new Batcher(8);
        Walk stays = walk(unet, 1, 1, 8, 900, 3);
        Walk leaves = walk(unet, 2, 2, 8, 900, 3);
        CompletableFuture<Void> stayed = join(batcher, stays);
        CompletableFuture<Void> left = join(batcher, leaves);
        batcher.step();
        leaves.cancel();
        batcher.step();
        assertThat(left).isCompletedExceptionally();
        assertThatThrownBy(left::join).isInstanceOf(CancellationException.class);
        runToEnd(batcher);
        assertThat(unet.rowsOfCalls()).containsExactly(3, 1, 1);
        assertThat(stayed).isCompleted();
        assertThat(leaves.done()).isEqualTo(1);
    }

    @Test
    void valuesThatAreNoNumbersEndOnlyTheTaskTheyBelongTo() {
        Batcher batcher = new Batcher(8);
        Walk healthy = walk(real, 1, 1, 8, 900, 3);
        Walk sick = walk(real, 2, 1, 8, 900, 3);
        CompletableFuture<Void> healthyDone = join(batcher, healthy);
        CompletableFuture<Void> sickDone = join(batcher, sick);
        batcher.step();
        sick.poison();
        runToEnd(batcher);
        assertThat(healthyDone).isCompleted();
        assertThat(healthy.latents().isFinite()).isTrue();
        assertThatThrownBy(sickDone::join)
                .hasCauseInstanceOf(DeviceException.class)
                .hasMessageContaining("no numbers");
    }

    @Test
    void aTaskThatThrowsEndsAlone() {
        Batcher batcher = new Batcher(8);
        CompletableFuture<Void> broken = join(batcher, new DenoisingTask() {
            @Override
            public UNetRows next() {
                throw new IllegalStateException("broken task");
            }

            @Override
            public void accept(Tensor prediction, long deviceNanos) {}

            @Override
            public boolean finished() {
                return false;
            }

            @Override
            public boolean cancelled() {
                return false;
            }
        });
        CompletableFuture<Void> whole = join(batcher, walk(real, 1, 1, 8, 900, 2));
        runToEnd(batcher);
        assertThatThrownBy(broken::join).isInstanceOf(CompletionException.class).hasMessageContaining("broken task");
        assertThat(whole).isCompleted();
    }

    @Test
    void rowsOfAWrongShapeFailForTheirTaskOnly() {
        Batcher batcher = new Batcher(8);
        // text states that are wider than the network's
        CompletableFuture<Void> odd = join(batcher, new Walk(real, 1, 1, 8, width + 1, 900, 2));
        CompletableFuture<Void> even = join(batcher, walk(real, 2, 1, 8, 900, 2));
        runToEnd(batcher);
        assertThat(odd).isCompletedExceptionally();
        assertThat(even).isCompleted();
    }

    @Test
    void tasksOfDifferentSizesTakeTurns() {
        RecordingUNet unet = new RecordingUNet(real);
        Batcher batcher = new Batcher(8);
        admit(batcher, walk(unet, 1, 1, 8, 900, 2));
        admit(batcher, walk(unet, 2, 2, 4, 900, 2));
        runToEnd(batcher);
        assertThat(unet.rowsOfCalls()).containsExactly(1, 2, 1, 2);
    }

    @Test
    void theOldestGoesFirstWhenNotAllFit() {
        RecordingUNet unet = new RecordingUNet(real);
        Batcher batcher = new Batcher(2);
        Walk first = walk(unet, 1, 2, 8, 900, 2);
        Walk second = walk(unet, 2, 2, 8, 700, 2);
        CompletableFuture<Void> firstDone = join(batcher, first);
        admit(batcher, second);
        batcher.step();
        batcher.step();
        assertThat(second.done()).isZero();
        batcher.step();
        assertThat(firstDone).isCompleted();
        runToEnd(batcher);
        assertThat(second.done()).isEqualTo(2);
    }

    @Test
    void aTaskOfMoreRowsThanACallTakesIsRunInParts() {
        Walk parts = walk(real, 1, 5, 8, 900, 2);
        Walk whole = walk(real, 1, 5, 8, 900, 2);
        RecordingUNet unet = new RecordingUNet(real);
        Batcher narrow = new Batcher(2);
        admit(narrow, walk(unet, 1, 5, 8, 900, 2));
        admit(narrow, parts);
        Batcher wide = new Batcher(8);
        admit(wide, whole);
        runToEnd(narrow);
        runToEnd(wide);
        assertThat(unet.rowsOfCalls()).containsExactly(2, 2, 1, 2, 2, 1);
        assertThat(worstDifference(parts.latents(), whole.latents())).isLessThan(ROUNDING);
    }

    @Test
    void afterRunningOutOfMemoryCallsBecomeSmallerAndNobodyFails() {
        RecordingUNet unet = new RecordingUNet(real, true, 2);
        Batcher batcher = new Batcher(8);
        Walk large = walk(unet, 1, 4, 8, 900, 2);
        Walk small = walk(unet, 2, 1, 8, 300, 2);
        CompletableFuture<Void> largeDone = join(batcher, large);
        CompletableFuture<Void> smallDone = join(batcher, small);
        runToEnd(batcher);
        assertThat(largeDone).isCompleted();
        assertThat(smallDone).isCompleted();
        // found once: afterwards no call is too large
        assertThat(unet.rowsOfCalls().subList(3, unet.rowsOfCalls().size())).allMatch(rows -> rows <= 2);
    }

    @Test
    void callsGrowAgainRowByRowAndLessOftenWhereThatFails() {
        RecordingUNet unet = new RecordingUNet(real, true, 3);
        Batcher batcher = new Batcher(8);
        admit(batcher, walk(unet, 1, 6, 8, 900, 220));
        while (batcher.step()) {
            // to its end
        }

        List<Integer> rows = unet.rowsOfCalls();
        List<Integer> tooLarge = IntStream.range(0, rows.size())
                .filter(call -> rows.get(call) > 3)
                .boxed()
                .toList();
        assertThat(rows).startsWith(6, 3, 3);
        assertThat(tooLarge).hasSizeBetween(3, 4).first().isEqualTo(0);
        assertThat(tooLarge.get(2) - tooLarge.get(1)).isGreaterThan(tooLarge.get(1) + 60);
        assertThat(rows.subList(1, rows.size())).allMatch(count -> count <= 4);
    }

    @Test
    void aRowThatDoesNotFitAloneFailsItsTask() {
        RecordingUNet unet = new RecordingUNet(real, true, 0);
        Batcher batcher = new Batcher(8);
        CompletableFuture<Void> done = join(batcher, walk(unet, 1, 2, 8, 900, 2));
        runToEnd(batcher);
        assertThatThrownBy(done::join)
                .cause()
                .isInstanceOfSatisfying(
                        DeviceException.class,
                        fault -> assertThat(fault.kind()).isEqualTo(DeviceException.Kind.RESOURCES));
    }

    @Test
    void aNetworkWithOneTimestepPerCallSeesOneTimestepPerCallAndNobodyStarves() {
        RecordingUNet unet = new RecordingUNet(real, false, Integer.MAX_VALUE);
        Batcher batcher = new Batcher(8);
        admit(batcher, walk(unet, 1, 1, 8, 900, 3));
        admit(batcher, walk(unet, 2, 1, 8, 900, 3));
        admit(batcher, walk(unet, 3, 1, 8, 100, 3));
        runToEnd(batcher);
        assertThat(unet.calls())
                .containsExactly(
                        List.of(900f, 900f),
                        List.of(100f),
                        List.of(890f, 890f),
                        List.of(90f),
                        List.of(880f, 880f),
                        List.of(80f));
    }

    private static Walk walk(UNet unet, long seed, int rows, int side, float firstTimestep, int steps) {
        return new Walk(unet, seed, rows, side, width, firstTimestep, steps);
    }

    private static CompletableFuture<Void> join(Batcher batcher, DenoisingTask task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        batcher.add(task, done);
        return done;
    }

    private static void admit(Batcher batcher, DenoisingTask task) {
        batcher.add(task, new CompletableFuture<>());
    }

    private static void runToEnd(Batcher batcher) {
        for (int i = 0; i < 100 && batcher.step(); i++) {
            // until nothing is left
        }
        assertThat(batcher.isEmpty()).isTrue();
    }

    static float worstDifference(Tensor one, Tensor other) {
        assertThat(one.shape()).isEqualTo(other.shape());
        float worst = 0;
        for (int i = 0; i < one.size(); i++) {
            worst = Math.max(worst, Math.abs(one.data()[i] - other.data()[i]));
        }
        return worst;
    }
}
