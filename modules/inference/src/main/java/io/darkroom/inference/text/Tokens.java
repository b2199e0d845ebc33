package io.darkroom.inference.text;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * A prompt as the text encoder takes it.
 *
 * @param ids as many as the encoder has positions: start, the prompt, end, padding
 * @param used how many of them come before the padding
 * @param cutText the end of the prompt that did not fit, as the tokenizer reads it (lower case);
 *     absent if all did
 */
public record Tokens(long[] ids, int used, Optional<String> cutText) {
    public Tokens {
        Objects.requireNonNull(cutText, "cutText");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tokens(long[] otherIds, int otherUsed, Optional<String> otherText)
                && otherUsed == used
                && Arrays.equals(otherIds, ids)
                && otherText.equals(cutText);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(ids) + cutText.hashCode();
    }

    /** Prompts are private. */
    @Override
    public String toString() {
        return "Tokens[" + ids.length + "]";
    }
}
