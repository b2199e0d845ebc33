package io.darkroom.artifacts;

/** A store that did not do what it was asked; the message names the URI and what would be right. */
public final class ObjectStoreException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What can be done about it. */
    public enum Kind {
        NOT_FOUND,
        DENIED,
        /** Another try may succeed. */
        TRANSIENT,
        TOO_LARGE,
        INVALID
    }

    private final Kind kind;

    public ObjectStoreException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public ObjectStoreException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
