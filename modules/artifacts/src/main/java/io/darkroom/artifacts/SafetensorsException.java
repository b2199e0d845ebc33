package io.darkroom.artifacts;

/** A file is no sound safetensors file; the message says where. */
public final class SafetensorsException extends Exception {
    private static final long serialVersionUID = 1L;

    public SafetensorsException(String message) {
        super(message);
    }

    public SafetensorsException(String message, Throwable cause) {
        super(message, cause);
    }
}
