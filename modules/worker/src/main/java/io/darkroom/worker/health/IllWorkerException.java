package io.darkroom.worker.health;

/** The worker cannot do any job; the message says what is missing. */
public final class IllWorkerException extends Exception {
    private static final long serialVersionUID = 1L;

    public IllWorkerException(String message, Throwable cause) {
        super(message, cause);
    }
}
