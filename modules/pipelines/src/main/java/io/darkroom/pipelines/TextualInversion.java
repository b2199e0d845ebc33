package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A word that stands for embeddings which were learned (Gal et al., "An Image is Worth One Word", arXiv:2208.01618). diffusers:
 * {@code load_textual_inversion}.
 *
 * @param name as the request has it, for messages
 * @param token the word, as in {@code <cat>}; with n vectors it becomes {@code <cat> <cat>_1 ... <cat>_(n-1)} in the prompt
 * @param vectors one entry for each of the model's text encoders, {@code [n, width]}; absent for an encoder that does not learn it
 */
public record TextualInversion(String name, String token, List<Optional<Tensor>> vectors) {
    public TextualInversion {
        vectors = List.copyOf(vectors);
    }

    /** The tokens that a number of vectors has. */
    List<String> tokens(int count) {
        List<String> tokens = new ArrayList<>(List.of(token));
        for (int i = 1; i < count; i++) {
            tokens.add(token + "_" + i);
        }
        return tokens;
    }
}
