package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import java.util.Objects;
import java.util.Optional;

/**
 * A text as the text encoders give it; what diffusers calls prompt embeds.
 *
 * @param hidden {@code [1, tokens, width]}
 * @param pooled {@code [1, width]}, where the model wants it
 */
public record TextStates(Tensor hidden, Optional<Tensor> pooled) {
    public TextStates {
        Objects.requireNonNull(hidden, "hidden");
        Objects.requireNonNull(pooled, "pooled");
    }

    int tokens() {
        return hidden.dimension(1);
    }

    TextStates zeros() {
        return new TextStates(Tensor.zeros(hidden.shape()), pooled.map(of -> Tensor.zeros(of.shape())));
    }

    /** Made of prompts, which are private. */
    @Override
    public String toString() {
        return "TextStates[" + hidden + "]";
    }
}
