package io.darkroom.inference.lora;

import java.util.Objects;

/**
 * A LoRA and how much of it is added. Two are the same if digest and scale are.
 *
 * @param name for messages
 * @param digest SHA-256 of its file
 * @param scale what its change is multiplied by
 * @param source reads it, when networks with it have to be loaded
 */
public record AppliedLora(String name, String digest, double scale, Source source) {
    /** Where a LoRA comes from. */
    public interface Source {
        /** Reads it; may take long. */
        Lora read() throws LoraException;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AppliedLora that && that.digest.equals(digest) && that.scale == scale;
    }

    @Override
    public int hashCode() {
        return Objects.hash(digest, scale);
    }
}
