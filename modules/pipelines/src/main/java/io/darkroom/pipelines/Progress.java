package io.darkroom.pipelines;

/** Between a denoising task on the device's thread and the caller that waits for it. */
final class Progress {
    private final StageListener listener;
    private volatile boolean abandoned;
    private long deviceNanos;

    Progress(StageListener listener) {
        this.listener = listener;
    }

    void step(int done, int of, long nanos) {
        deviceNanos += nanos;
        listener.onStep(done, of);
    }

    boolean cancelled() {
        return abandoned || listener.cancelled();
    }

    /** Nobody waits any more: leave at the next step. */
    void abandon() {
        abandoned = true;
    }

    /** Only after the task is over. */
    long deviceNanos() {
        return deviceNanos;
    }
}
