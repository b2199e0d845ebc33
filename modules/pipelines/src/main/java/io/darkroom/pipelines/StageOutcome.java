package io.darkroom.pipelines;

import java.util.List;

/**
 * What a stage made. Pixels are made from the latents on demand: {@link Pipelines#decode}.
 *
 * @param latents one row per picture, in diffusers' order
 * @param warnings for the user, each a full sentence (prompt truncated, input resized)
 * @param timings without decoding
 */
public record StageOutcome(Picture.Latents latents, List<String> warnings, Timings timings) {
    public StageOutcome {
        warnings = List.copyOf(warnings);
    }
}
