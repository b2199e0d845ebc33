package io.darkroom.worker.attempt;

/** Work ended at a {@link StopSignal}; nothing is wrong with it. */
public final class StoppedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final StopReason reason;

    public StoppedException(StopReason reason) {
        super("stopped: " + reason);
        this.reason = reason;
    }

    public StopReason reason() {
        return reason;
    }
}
