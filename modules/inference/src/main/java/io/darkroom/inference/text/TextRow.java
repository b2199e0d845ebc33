package io.darkroom.inference.text;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;

/**
 * Ids for one row of a text encoder.
 *
 * @param ids start, text, end, padding
 * @param hidden positions that no other token attends to; the first is never one of them
 */
public record TextRow(long[] ids, BitSet hidden) {
    public TextRow {
        Objects.requireNonNull(hidden, "hidden");
        if (hidden.get(0)) {
            throw new IllegalArgumentException("the first token must stay, or the first row attends to nothing");
        }
    }

    /** Nothing hidden. */
    public static TextRow of(long[] ids) {
        return new TextRow(ids, new BitSet());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TextRow(long[] otherIds, BitSet otherHidden)
                && Arrays.equals(otherIds, ids)
                && otherHidden.equals(hidden);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(ids) + hidden.hashCode();
    }

    /** Prompts are private. */
    @Override
    public String toString() {
        return "TextRow[" + ids.length + "]";
    }
}
