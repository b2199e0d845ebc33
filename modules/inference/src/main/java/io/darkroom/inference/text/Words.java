package io.darkroom.inference.text;

import java.util.List;

/**
 * A text's tokens, without start and end.
 *
 * @param ids as many as there are
 * @param pieces as the vocabulary has them; {@code </w>} ends a word
 */
public record Words(List<Long> ids, List<String> pieces) {
    public Words {
        ids = List.copyOf(ids);
        pieces = List.copyOf(pieces);
    }

    /** Prompts are private. */
    @Override
    public String toString() {
        return "Words[" + ids.size() + "]";
    }
}
