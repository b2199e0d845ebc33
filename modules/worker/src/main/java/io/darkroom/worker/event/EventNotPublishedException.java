package io.darkroom.worker.event;

/**
 * The brokers did not take an event; what it would have said has to be said again by another
 * attempt.
 */
public final class EventNotPublishedException extends Exception {
    private static final long serialVersionUID = 1L;

    EventNotPublishedException(String topic, Throwable cause) {
        super("the brokers did not take an event for " + topic + ": " + cause.getMessage(), cause);
    }
}
