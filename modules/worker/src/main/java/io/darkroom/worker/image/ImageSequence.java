package io.darkroom.worker.image;

import io.darkroom.images.RgbImage;
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Images of a work item in their order. One that nobody holds is fetched or decoded when it is asked for, so that of many large
 * ones only one has to be in memory. Of one thread.
 */
public interface ImageSequence {
    int count();

    /** The image at a position, from 0; each time that it is asked for. */
    RgbImage image(int index) throws WorkFault, StoppedException, InterruptedException;

    /** The safety checker's verdict on an image that has been asked for; empty if nothing was checked. */
    default Optional<Boolean> nsfwDetected(int index) {
        return Optional.empty();
    }

    /** All at once, for what has to see them so. */
    default List<RgbImage> all() throws WorkFault, StoppedException, InterruptedException {
        List<RgbImage> images = new ArrayList<>();
        for (int i = 0; i < count(); i++) {
            images.add(image(i));
        }
        return images;
    }

    /** Of images that are there. */
    static ImageSequence of(List<RgbImage> images) {
        return new HeldImages(List.copyOf(images));
    }

    /** All of one, then all of the next. */
    static ImageSequence concat(List<ImageSequence> parts) {
        return parts.size() == 1 ? parts.getFirst() : new JoinedImages(List.copyOf(parts));
    }
}
