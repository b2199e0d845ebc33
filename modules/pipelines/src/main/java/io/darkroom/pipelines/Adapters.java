package io.darkroom.pipelines;

import java.util.List;

/**
 * What a stage adds to its model.
 *
 * @param inversions new words, in the order in which their ids are given out
 */
public record Adapters(List<TextualInversion> inversions) {
    public static final Adapters NONE = new Adapters(List.of());

    public Adapters {
        inversions = List.copyOf(inversions);
    }
}
