package io.darkroom.pipelines;

import io.darkroom.inference.model.ServedModel;
import java.util.Objects;

/**
 * Image embeddings from a prompt (diffusers' {@code KandinskyV22PriorPipeline}).
 *
 * @param model a prior, or a model that holds one
 * @param seeds one generator for all, or one for each embedding
 * @param numImagesPerPrompt 1 or more
 */
public record PriorCall(ServedModel model, Prompt prompt, PriorSampling sampling, Seeds seeds, int numImagesPerPrompt) {
    public PriorCall {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(prompt, "prompt");
        Objects.requireNonNull(sampling, "sampling");
        Objects.requireNonNull(seeds, "seeds");
    }
}
