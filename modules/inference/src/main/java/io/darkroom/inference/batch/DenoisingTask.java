package io.darkroom.inference.batch;

import io.darkroom.diffusion.tensor.Tensor;

/**
 * A denoising run that is advanced one UNet call at a time, so that runs can join and leave a batch
 * between calls. All methods are called on the device's thread, one at a time; what one of them
 * throws ends this task and no other.
 */
public interface DenoisingTask {
    /** The rows to predict now; asked once per step. */
    UNetRows next();

    /**
     * The prediction for all rows of the last {@link #next()}.
     *
     * @param prediction {@code [rows, channels, h, w]}, all values finite
     * @param deviceNanos time of the calls, each counted by this task's share of its rows
     */
    void accept(Tensor prediction, long deviceNanos);

    /** Whether there is nothing left to predict. */
    boolean finished();

    /** Whether the task wants to leave; asked before every call. */
    boolean cancelled();
}
