package io.darkroom.worker;

/** A worker that cannot start; the message says what is missing and how to get it. */
public final class WorkerStartException extends Exception {
    private static final long serialVersionUID = 1L;

    WorkerStartException(String message) {
        super(message);
    }

    WorkerStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
