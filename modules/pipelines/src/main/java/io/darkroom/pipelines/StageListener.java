package io.darkroom.pipelines;

/**
 * Follows a stage while it runs. Both methods are called on the device's thread: they must return
 * at once.
 */
public interface StageListener {
    /** {@code done} of {@code of} UNet calls are over; called after each. */
    void onStep(int done, int of);

    /** Asked before each step; once true, the stage ends with {@link StageCancelledException}. */
    boolean cancelled();

    /** Hears nothing, cancels nothing. */
    StageListener SILENT = new StageListener() {
        @Override
        public void onStep(int done, int of) {}

        @Override
        public boolean cancelled() {
            return false;
        }
    };
}
