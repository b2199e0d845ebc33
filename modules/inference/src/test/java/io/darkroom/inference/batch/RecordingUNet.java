package io.darkroom.inference.batch;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.device.DeviceException;
import java.util.ArrayList;
import java.util.List;

/**
 * Passes calls on and remembers how many rows of which timesteps each had; may pretend to run out
 * of memory.
 */
final class RecordingUNet implements UNet {
    private final UNet real;
    private final boolean perRow;
    private final int rowsThatFit;
    private final List<List<Float>> calls = new ArrayList<>();

    RecordingUNet(UNet real) {
        this(real, true, Integer.MAX_VALUE);
    }

    RecordingUNet(UNet real, boolean perRow, int rowsThatFit) {
        this.real = real;
        this.perRow = perRow;
        this.rowsThatFit = rowsThatFit;
    }

    @Override
    public boolean takesTimestepPerRow() {
        return perRow;
    }

    @Override
    public Tensor predict(StepPlan plan) throws DeviceException {
        List<Float> timesteps = new ArrayList<>();
        for (StepPlan.Slice slice : plan.slices()) {
            for (int i = 0; i < slice.count(); i++) {
                timesteps.add(slice.rows().timestep());
            }
        }
        calls.add(timesteps);
        if (plan.rows() > rowsThatFit) {
            throw new DeviceException(DeviceException.Kind.RESOURCES, plan.rows() + " rows do not fit");
        }
        return real.predict(plan);
    }

    /** The timesteps of each call's rows. */
    List<List<Float>> calls() {
        return calls;
    }

    List<Integer> rowsOfCalls() {
        return calls.stream().map(List::size).toList();
    }
}
