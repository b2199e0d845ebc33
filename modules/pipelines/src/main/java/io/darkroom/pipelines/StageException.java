package io.darkroom.pipelines;

import java.util.Optional;

/** A stage that cannot give a picture. The kind alone decides whether another try makes sense. */
public final class StageException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Who can do something about it. */
    public enum Kind {
        /** The request is wrong: another try gives the same. */
        USER,
        /** Another try may succeed. */
        TRANSIENT,
        /** The device has not enough memory for this stage, even alone. */
        RESOURCES,
        /** The model's files cannot be read or loaded on this machine. */
        MODEL,
        /** The device failed: elsewhere it may succeed. */
        DEVICE,
        /** A fault of the model or of this program. */
        INTERNAL
    }

    private final Kind kind;
    private final String field;

    public StageException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.field = "";
    }

    public StageException(Kind kind, String message) {
        super(message);
        this.kind = kind;
        this.field = "";
    }

    private StageException(String field, String message) {
        super(field + ": " + message);
        this.kind = Kind.USER;
        this.field = field;
    }

    /**
     * A parameter that cannot be used.
     *
     * @param field its name in the request ({@code strength}); the message begins with it
     * @param message what is wrong and what would be right
     */
    public static StageException user(String field, String message) {
        return new StageException(field, message);
    }

    public Kind kind() {
        return kind;
    }

    /** The parameter at fault, where there is one. */
    public Optional<String> field() {
        return field.isEmpty() ? Optional.empty() : Optional.of(field);
    }
}
