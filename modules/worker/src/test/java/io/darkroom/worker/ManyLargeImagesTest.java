package io.darkroom.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.darkroom.contract.wire.Animation;
import io.darkroom.contract.wire.Grid;
import io.darkroom.contract.wire.PublishedImage;
import io.darkroom.contract.wire.StageInput;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.images.ImageWriting;
import io.darkroom.images.RgbImage;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import io.darkroom.worker.WorkerProcess.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Images of which one at a time is needed are never in memory together: all of these would take twice the worker's heap. */
@ExtendWith(BrokerExtension.class)
class ManyLargeImagesTest {
    private static final int IMAGES = 16;

    /** Would fill the heap by themselves. */
    private static final int FRAMES = 9;

    private static final int SIDE = 3000;
    private static final String HEAP = "224m";

    @TempDir
    Path files;

    @Test
    void aSheetAndAnAnimationOfManyLargeImagesAreMadeWithASmallHeap(TestBroker broker) throws Exception {
        try (PoolBench bench = new PoolBench(broker, files)) {
            Process worker = WorkerProcess.start(bench, Fault.NONE, HEAP);
            try {
                WorkItem item = item();
                bench.give(item);

                WorkDone done = bench.awaitDone(item);

                assertThat(done.getImagesList())
                        .extracting(PublishedImage::getMediaType, PublishedImage::getWidth)
                        .containsExactly(tuple("image/png", 4 * 128), tuple("image/gif", SIDE));
            } finally {
                worker.destroyForcibly().waitFor();
            }
        }
    }

    private WorkItem item() throws Exception {
        WorkStage.Builder sheet = WorkStage.newBuilder()
                .setId("sheet")
                .setPublish(true)
                .setGrid(Grid.newBuilder().setRows(4).setColumns(4).setResize(128));
        WorkStage.Builder animation = WorkStage.newBuilder()
                .setId("film")
                .setPublish(true)
                .setAnimation(Animation.newBuilder().setDurationMillis(100));
        WorkItem.Builder item = Items.item("many", files);
        byte[] png = ImageWriting.png(RgbImage.black(SIDE, SIDE));
        for (int i = 0; i < IMAGES; i++) {
            Path file = Files.write(files.resolve(i + ".png"), png);
            item.addInputs(
                    WorkInput.newBuilder().setGroup(i).setImageUri(file.toUri().toString()));
            StageInput input =
                    StageInput.newBuilder().setRole("inputs").setGroup(i).build();
            sheet.addInputs(input);
            if (i < FRAMES) {
                animation.addInputs(input);
            }
        }
        return item.addStages(sheet).addStages(animation).build();
    }
}
