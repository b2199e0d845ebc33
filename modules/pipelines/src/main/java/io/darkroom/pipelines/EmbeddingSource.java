package io.darkroom.pipelines;

import java.util.Objects;

/** Where Kandinsky's decoder has its image embeddings from. */
public sealed interface EmbeddingSource {
    /** Its own model's prior makes them of the stage's prompt, first, with the stage's generators. */
    record OfPrompt(PriorSampling sampling) implements EmbeddingSource {
        public OfPrompt {
            Objects.requireNonNull(sampling, "sampling");
        }
    }

    /** A prior made them in a stage of its own. */
    record Made(Picture.Embeddings embeddings) implements EmbeddingSource {
        public Made {
            Objects.requireNonNull(embeddings, "embeddings");
        }
    }
}
