package io.darkroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.result.JobResult;
import io.darkroom.images.ImageGrid;
import io.darkroom.images.ImageLimits;
import io.darkroom.images.ImageReading;
import io.darkroom.images.ImageWriting;
import io.darkroom.images.RgbImage;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Stages that take what several others made. */
@ExtendWith(BrokerExtension.class)
class CollectionTest {
    private static final int LARGEST = 1 << 22;

    @TempDir
    Path files;

    private SystemBench system;

    @BeforeEach
    void open(TestBroker broker) throws Exception {
        system = new SystemBench(broker, files);
    }

    @AfterEach
    void close() throws Exception {
        system.close();
    }

    @Test
    void aGridAndAnAnimationHoldTheirStagesPicturesFusedAndOverTwoPools() throws Exception {
        system.importModels(SystemBench.ONE_POOL);
        system.startWorker("all");
        system.submit(Jobs.collected("fused", system.under("out/"), 4));
        JobResult fused = system.awaitResult("fused");

        system.importModels(SystemBench.POOL_PER_MODEL);
        system.startWorker("drafts");
        system.startWorker("comics");
        system.submit(Jobs.collected("pools", system.under("out/"), 4));
        JobResult pools = system.awaitResult("pools");

        assertThat(fused.error()).isEmpty();
        assertThat(pools.error()).isEmpty();
        assertThat(fused.images())
                .extracting(JobResult.Image::stage)
                .containsExactly("draft", "draft", "comic", "comic", "sheet", "film");
        assertThat(fused.stages()).extracting(JobResult.StageSummary::workItem).containsOnly(0);
        assertThat(pools.stages())
                .extracting(stage -> stage.stage() + "@" + stage.workItem())
                .containsExactly("draft@0", "draft:decode@0", "comic@1", "comic:decode@1", "sheet@1", "film@1");
        assertThat(pools.images())
                .extracting(JobResult.Image::sha256)
                .isEqualTo(fused.images().stream().map(JobResult.Image::sha256).toList());
        sheetHoldsThePictures(fused);
        filmShowsThem(fused);
    }

    @Test
    void aListOfStrengthsMakesThePicturesOfSingleRunsAndTheResultSaysWhichIsWhich() throws Exception {
        system.importModels(SystemBench.ONE_POOL);
        system.startWorker("all");
        system.submit(Jobs.swept("all", system.under("out/"), "[0.4, 0.7, 1]", "[1, 3, 5]"));
        system.submit(Jobs.swept("first", system.under("out/"), "0.4", "1"));
        system.submit(Jobs.swept("second", system.under("out/"), "0.7", "3"));
        system.submit(Jobs.swept("third", system.under("out/"), "1", "5"));
        JobResult all = system.awaitResult("all");

        assertThat(all.error()).isEmpty();
        List<JobResult.Image> pictures = all.images().subList(0, 6);
        List<byte[]> single = new ArrayList<>();
        for (String id : List.of("first", "second", "third")) {
            for (JobResult.Image image : system.awaitResult(id).images().subList(0, 2)) {
                single.add(bytes(image));
            }
        }
        for (int i = 0; i < single.size(); i++) {
            // What else is in a row's call decides how it is rounded.
            assertThat(Pictures.largestDifference(bytes(pictures.get(i)), single.get(i)))
                    .isLessThanOrEqualTo(1);
        }
        assertThat(pictures).extracting(JobResult.Image::sha256).doesNotHaveDuplicates();
        assertThat(pictures).extracting(JobResult.Image::index).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(pictures)
                .extracting(image -> image.strength().orElseThrow())
                .containsExactly(0.4, 0.4, 0.7, 0.7, 1.0, 1.0);
        assertThat(pictures)
                .extracting(image -> image.guidanceScale().orElseThrow())
                .containsExactly(1.0, 1.0, 3.0, 3.0, 5.0, 5.0);
        assertThat(pictures).extracting(image -> image.seed().orElseThrow()).containsExactly(8L, 9L, 8L, 9L, 8L, 9L);
        assertThat(all.images().getLast().mediaType()).hasValue("image/gif");
    }

    @Test
    void imagesOfTheUsersBesideAStageThatTakesNoneReachTheStagesThatNameThem() throws Exception {
        byte[] first = ImageWriting.png(RgbImage.black(24, 16));
        byte[] second = ImageWriting.png(new RgbImage(24, 16, filled(24 * 16 * 3, 200)));
        system.store().put(system.under("in/first.png"), first, "image/png");
        system.store().put(system.under("in/second.png"), second, "image/png");
        system.importModels(SystemBench.ONE_POOL);
        system.startWorker("all");
        system.submit(Jobs.besideText2Img("beside", system.under("out/"), system.under("in/")));
        JobResult result = system.awaitResult("beside");

        assertThat(result.error()).isEmpty();
        assertThat(result.stages()).extracting(JobResult.StageSummary::workItem).contains(0);
        RgbImage drawn = ImageReading.read(bytes(result.images().getFirst()), ImageLimits.standard());
        RgbImage sheet = ImageReading.read(bytes(result.images().get(1)), ImageLimits.standard());
        RgbImage given = ImageReading.read(first, ImageLimits.standard());
        RgbImage other = ImageReading.read(second, ImageLimits.standard());
        assertThat(sheet)
                .isEqualTo(ImageGrid.of(
                        Stream.of(given, drawn, other)
                                .map(image -> ImageGrid.resized(image, 32))
                                .toList(),
                        1,
                        3));
        assertThat(result.images()).hasSize(2);
    }

    private static byte[] filled(int bytes, int value) {
        byte[] filled = new byte[bytes];
        Arrays.fill(filled, (byte) value);
        return filled;
    }

    private void sheetHoldsThePictures(JobResult result) throws Exception {
        List<RgbImage> pictures = new ArrayList<>();
        for (JobResult.Image image : result.images().subList(0, 4)) {
            pictures.add(ImageReading.read(bytes(image), ImageLimits.standard()));
        }
        JobResult.Image sheet = result.images().get(4);
        assertThat(ImageReading.read(bytes(sheet), ImageLimits.standard())).isEqualTo(ImageGrid.of(pictures, 2, 2));
        assertThat(sheet.mediaType()).hasValue("image/png");
        assertThat(sheet.seed()).isEmpty();
    }

    private void filmShowsThem(JobResult result) throws Exception {
        JobResult.Image film = result.images().get(5);
        assertThat(film.mediaType()).hasValue("image/gif");
        assertThat(film.uri().toString()).endsWith(".gif");
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(bytes(film)))) {
            reader.setInput(in);
            assertThat(reader.getNumImages(true)).isEqualTo(4);
            assertThat(reader.getWidth(3)).isEqualTo(film.width());
        } finally {
            reader.dispose();
        }
    }

    private byte[] bytes(JobResult.Image image) throws Exception {
        return system.store().get(image.uri(), LARGEST);
    }
}
