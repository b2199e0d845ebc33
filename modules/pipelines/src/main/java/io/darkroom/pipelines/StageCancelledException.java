package io.darkroom.pipelines;

/** The listener asked for the end, and the stage has left the batch. */
public final class StageCancelledException extends Exception {
    private static final long serialVersionUID = 1L;

    public StageCancelledException() {
        super("the stage was cancelled");
    }
}
