package io.darkroom.pipelines;

import java.util.List;

/**
 * Pixels made from latents, and what it cost.
 *
 * @param nsfwDetected the safety checker's verdict on each picture; empty if nothing was checked
 */
public record Decoded(Picture.Images images, Timings timings, List<Boolean> nsfwDetected) {
    public Decoded {
        nsfwDetected = List.copyOf(nsfwDetected);
    }

    /** Not checked. */
    public Decoded(Picture.Images images, Timings timings) {
        this(images, timings, List.of());
    }
}
