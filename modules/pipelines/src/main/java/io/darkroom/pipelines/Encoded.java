package io.darkroom.pipelines;

import java.util.List;

/** Latents made from pixels, what it cost, and warnings for the user (input resized). */
public record Encoded(Picture.Latents latents, List<String> warnings, Timings timings) {
    public Encoded {
        warnings = List.copyOf(warnings);
    }
}
