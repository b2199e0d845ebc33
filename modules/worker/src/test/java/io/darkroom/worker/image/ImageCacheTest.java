package io.darkroom.worker.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.images.RgbImage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageCacheTest {
    /** Each has a quarter of what a cache keeps. */
    private static final int SIDE = (int) Math.sqrt(ImageCache.BYTES / 4.0 / 3);

    @Test
    void whatHasRoomIsMadeOnceAndTheRestEachTime() throws Exception {
        ImageCache cache = new ImageCache();
        List<Integer> made = new ArrayList<>();
        ImageSequence images = cache.remembering(source(made, 6));

        images.all();
        images.all();

        assertThat(made).containsExactly(0, 1, 2, 3, 4, 5, 4, 5);
    }

    @Test
    void sequencesOfOneWorkItemShareTheRoom() throws Exception {
        ImageCache cache = new ImageCache();
        List<Integer> made = new ArrayList<>();
        ImageSequence joined =
                ImageSequence.concat(List.of(cache.remembering(source(made, 4)), cache.remembering(source(made, 1))));

        assertThat(joined.all()).hasSize(5);
        assertThat(joined.count()).isEqualTo(5);
        made.clear();
        joined.image(4);
        joined.image(3);

        assertThat(made).containsExactly(0);
    }

    private static ImageSequence source(List<Integer> made, int count) {
        return new ImageSequence() {
            @Override
            public int count() {
                return count;
            }

            @Override
            public RgbImage image(int index) {
                made.add(index);
                return RgbImage.black(SIDE, SIDE);
            }
        };
    }
}
