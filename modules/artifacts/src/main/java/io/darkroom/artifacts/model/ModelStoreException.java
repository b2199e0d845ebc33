package io.darkroom.artifacts.model;

import java.io.IOException;

/** A model cannot be had, or not be kept. The message says of which digest, and what would be right. */
public final class ModelStoreException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is to be done about it. */
    public enum Kind {
        /** No store has it, or not all of its files: another worker's store may. */
        MISSING,
        /** Its files are not those that the digest promises, or its list is none that can be trusted. */
        REFUSED,
        /** The store did not answer: another try may succeed. */
        UNAVAILABLE,
        /** There is no room for it on this machine. */
        NO_ROOM,
        /** Whoever wanted it does not want it any more. */
        STOPPED
    }

    private final Kind kind;

    public ModelStoreException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public ModelStoreException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
