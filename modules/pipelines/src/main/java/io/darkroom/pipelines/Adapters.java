package io.darkroom.pipelines;

import io.darkroom.inference.lora.AppliedLora;
import java.util.List;

/**
 * What a stage adds to its model.
 *
 * @param inversions new words, in the order in which their ids are given out
 * @param loras changes of weights
 */
public record Adapters(List<TextualInversion> inversions, List<AppliedLora> loras) {
    public static final Adapters NONE = new Adapters(List.of(), List.of());

    public Adapters {
        inversions = List.copyOf(inversions);
        loras = List.copyOf(loras);
    }
}
