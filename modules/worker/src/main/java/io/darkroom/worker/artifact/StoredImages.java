package io.darkroom.worker.artifact;

import io.darkroom.contract.wire.WorkInput;
import io.darkroom.images.RgbImage;
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;
import io.darkroom.worker.image.ImageSequence;
import java.util.List;

/** Images in the store, each fetched and decoded when it is asked for. */
record StoredImages(List<WorkInput> inputs, Fetching fetching) implements ImageSequence {

    /** How one becomes pixels. */
    interface Fetching {
        RgbImage fetch(WorkInput input) throws WorkFault, StoppedException, InterruptedException;
    }

    @Override
    public int count() {
        return inputs.size();
    }

    @Override
    public RgbImage image(int index) throws WorkFault, StoppedException, InterruptedException {
        return fetching.fetch(inputs.get(index));
    }
}
