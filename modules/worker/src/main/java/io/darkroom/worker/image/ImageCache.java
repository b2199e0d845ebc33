package io.darkroom.worker.image;

import io.darkroom.images.RgbImage;
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What one work item keeps of the images that it was asked for, since several stages and files may want the same one. What finds
 * no room is fetched or decoded again. Of one thread.
 */
public final class ImageCache {
    /** Of pixels, three to each: 20 images of 1024 x 1024. */
    public static final long BYTES = 64L << 20;

    private long room = BYTES;

    /** The same images, each remembered as long as there is room. */
    public ImageSequence remembering(ImageSequence images) {
        return new Remembering(images);
    }

    private boolean hasRoomFor(RgbImage image) {
        if (image.rgb().length > room) {
            return false;
        }
        room -= image.rgb().length;
        return true;
    }

    private final class Remembering implements ImageSequence {
        private final ImageSequence source;
        private final Map<Integer, RgbImage> known = new HashMap<>();

        private Remembering(ImageSequence source) {
            this.source = source;
        }

        @Override
        public int count() {
            return source.count();
        }

        @Override
        public RgbImage image(int index) throws WorkFault, StoppedException, InterruptedException {
            RgbImage image = known.get(index);
            if (image == null) {
                image = source.image(index);
                if (hasRoomFor(image)) {
                    known.put(index, image);
                }
            }
            return image;
        }

        @Override
        public Optional<Boolean> nsfwDetected(int index) {
            return source.nsfwDetected(index);
        }
    }
}
