package io.darkroom.worker.execution;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.request.ValidStage.NamedInput;
import io.darkroom.pipelines.Picture;
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;
import io.darkroom.worker.image.ImageSequence;
import io.darkroom.worker.image.StageValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a stage takes, in order. */
record StagePictures(List<Named> all) {
    /**
     * One thing that it takes.
     *
     * @param role the field of the request that names it
     */
    record Named(String role, StageValue value) {}

    static final StagePictures NONE = new StagePictures(List.of());

    StagePictures {
        all = List.copyOf(all);
    }

    /** What the stage works on; empty where it begins with noise. */
    Optional<Picture> picture() throws WorkFault, StoppedException, InterruptedException {
        return named(NamedInput.PICTURE);
    }

    /** The first that came under that role. */
    Optional<Picture> named(String role) throws WorkFault, StoppedException, InterruptedException {
        for (Named input : all) {
            if (input.role().equals(role)) {
                return Optional.of(input.value().picture());
            }
        }
        return Optional.empty();
    }

    /** All that came under that role, each image on its own; none is an empty sequence. */
    ImageSequence pictures(String role) throws WorkFault {
        List<ImageSequence> images = new ArrayList<>();
        for (Named input : all) {
            if (input.role().equals(role)) {
                switch (input.value()) {
                    case StageValue.Pixels pixels -> images.add(pixels.images());
                    case StageValue.Tensors _ ->
                        throw new WorkFault(
                                ErrorCode.INTERNAL, role + ": was given something else where pictures are needed");
                }
            }
        }
        return ImageSequence.concat(images);
    }
}
