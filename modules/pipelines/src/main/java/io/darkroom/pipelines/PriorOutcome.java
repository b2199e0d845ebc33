package io.darkroom.pipelines;

import java.util.List;

/**
 * What a prior made.
 *
 * @param warnings for the user, each a full sentence
 */
public record PriorOutcome(Picture.Embeddings embeddings, List<String> warnings, Timings timings) {
    public PriorOutcome {
        warnings = List.copyOf(warnings);
    }
}
