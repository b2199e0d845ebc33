package io.darkroom.worker.image;

import io.darkroom.images.RgbImage;
import java.util.List;

/** Images that are in memory. */
record HeldImages(List<RgbImage> images) implements ImageSequence {
    @Override
    public int count() {
        return images.size();
    }

    @Override
    public RgbImage image(int index) {
        return images.get(index);
    }
}
