package io.darkroom.inference.batch;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.device.DeviceException;

/** A noise-predicting network that takes rows of different tasks in one call. */
public interface UNet {
    /** Whether rows of one call may be at different timesteps. */
    boolean takesTimestepPerRow();

    /**
     * Runs one call, on the thread that asks.
     *
     * @return the predictions of the plan's rows in order, {@code [rows, channels, h, w]}
     */
    Tensor predict(StepPlan plan) throws DeviceException;
}
