package io.darkroom.worker.image;

import io.darkroom.images.RgbImage;
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;
import java.util.List;
import java.util.Optional;

/** Several sequences as one. */
record JoinedImages(List<ImageSequence> parts) implements ImageSequence {
    /** A position within one of the parts. */
    private record Place(ImageSequence part, int index) {}

    @Override
    public int count() {
        return parts.stream().mapToInt(ImageSequence::count).sum();
    }

    @Override
    public RgbImage image(int index) throws WorkFault, StoppedException, InterruptedException {
        Place place = place(index);
        return place.part().image(place.index());
    }

    @Override
    public Optional<Boolean> nsfwDetected(int index) {
        Place place = place(index);
        return place.part().nsfwDetected(place.index());
    }

    private Place place(int index) {
        int left = index;
        for (ImageSequence part : parts) {
            if (left < part.count()) {
                return new Place(part, left);
            }
            left -= part.count();
        }
        throw new IndexOutOfBoundsException("image " + index + " of " + count());
    }
}
