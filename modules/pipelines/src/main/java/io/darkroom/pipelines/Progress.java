package io.darkroom.pipelines;

/** Between a denoising task on the device's thread and the caller that waits for it. */
final class Progress {
    private final StageListener listener;
    private volatile boolean abandoned;
    private long deviceNanos;
    private int before;
    private int after;

    Progress(StageListener listener) {
        this.listener = listener;
    }

    void step(int done, int of, long nanos) {
        deviceNanos += nanos;
        listener.onStep(before + done, before + of + after);
    }

    /**
     * The next task is a part of the stage. Only while no task runs.
     *
     * @param callsBefore network calls of the parts that are over
     * @param callsAfter network calls of the parts that are still to come
     */
    void part(int callsBefore, int callsAfter) {
        before = callsBefore;
        after = callsAfter;
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
