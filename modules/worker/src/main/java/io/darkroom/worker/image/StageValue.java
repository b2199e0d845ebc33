package io.darkroom.worker.image;

import io.darkroom.pipelines.Picture;
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;

/** What flows from stage to stage within a work item. */
public sealed interface StageValue {

    /** As the pipelines take it: of images, all at once. */
    Picture picture() throws WorkFault, StoppedException, InterruptedException;

    /**
     * What only networks read.
     *
     * @param picture latents or embeddings
     */
    record Tensors(Picture picture) implements StageValue {}

    /** Pixels. */
    record Pixels(ImageSequence images) implements StageValue {
        @Override
        public Picture picture() throws WorkFault, StoppedException, InterruptedException {
            return new Picture.Images(images.all());
        }
    }
}
