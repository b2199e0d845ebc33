package io.darkroom.inference.model;

/**
 * A model folder that cannot be used; the message says which file is at fault and what would be
 * right.
 */
public final class ModelException extends Exception {
    private static final long serialVersionUID = 1L;

    public ModelException(String message) {
        super(message);
    }

    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
