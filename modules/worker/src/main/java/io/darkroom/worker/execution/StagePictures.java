package io.darkroom.worker.execution;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.request.ValidStage.NamedInput;
import io.darkroom.images.RgbImage;
import io.darkroom.pipelines.Picture;
import io.darkroom.worker.attempt.WorkFault;
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
    record Named(String role, Picture picture) {}

    static final StagePictures NONE = new StagePictures(List.of());

    StagePictures {
        all = List.copyOf(all);
    }

    /** What the stage works on; empty where it begins with noise. */
    Optional<Picture> picture() {
        return named(NamedInput.PICTURE);
    }

    /** The first that came under that role. */
    Optional<Picture> named(String role) {
        return all.stream()
                .filter(input -> input.role().equals(role))
                .map(Named::picture)
                .findFirst();
    }

    /** All that came under that role, each picture on its own. */
    List<RgbImage> pictures(String role) throws WorkFault {
        List<RgbImage> images = new ArrayList<>();
        for (Named input : all) {
            if (input.role().equals(role)) {
                switch (input.picture()) {
                    case Picture.Images pictures -> images.addAll(pictures.images());
                    case Picture.Latents _, Picture.Embeddings _ ->
                        throw new WorkFault(
                                ErrorCode.INTERNAL, role + ": was given something else where pictures are needed");
                }
            }
        }
        return images;
    }
}
