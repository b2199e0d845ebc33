package io.darkroom.pipelines;

import java.util.List;

/** Pictures made of pictures without denoising, what it cost, and warnings for the user. */
public record Preprocessed(Picture.Images images, List<String> warnings, Timings timings) {
    public Preprocessed {
        warnings = List.copyOf(warnings);
    }
}
