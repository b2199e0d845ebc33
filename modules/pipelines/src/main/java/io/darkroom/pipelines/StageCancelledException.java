package io.darkroom.pipelines;

/** The listener asked for the end, and the stage has left the batch. */
public final class StageCancelledException extends Exception {
    private static final long serialVersionUID = 1L;

    private final long deviceNanos;

    /** @param deviceNanos what the stage had taken of the device by then */
    public StageCancelledException(long deviceNanos) {
        super("the stage was cancelled");
        this.deviceNanos = deviceNanos;
    }

    public long deviceNanos() {
        return deviceNanos;
    }
}
