package io.darkroom.inference.device;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.batch.StepPlan;
import io.darkroom.inference.batch.UNet;
import io.darkroom.inference.batch.UNetRows;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A UNet in ONNX Runtime. Copies the rows of a plan next to each other into the input memory. */
final class LoadedUNet implements UNet {
    private static final String SAMPLE = "sample";
    private static final String TIMESTEP = "timestep";
    private static final String PREDICTION = "out_sample";

    private final Network network;

    LoadedUNet(Network network) {
        this.network = network;
    }

    @Override
    public boolean takesTimestepPerRow() {
        return !network.input(TIMESTEP).isScalar();
    }

    @Override
    public Tensor predict(StepPlan plan) throws DeviceException {
        return network.run(shapes(plan), inputs -> fill(inputs, plan), Set.of(PREDICTION))
                .get(PREDICTION);
    }

    private Map<String, List<Integer>> shapes(StepPlan plan) {
        UNetRows first = plan.slices().getFirst().rows();
        Map<String, List<Integer>> shapes = new HashMap<>();
        shapes.put(SAMPLE, withRows(first.sample(), plan.rows()));
        shapes.put(TIMESTEP, takesTimestepPerRow() ? List.of(plan.rows()) : List.of());
        first.conditions().forEach((name, tensor) -> shapes.put(name, withRows(tensor, plan.rows())));
        return shapes;
    }

    private static List<Integer> withRows(Tensor tensor, int rows) {
        int[] shape = tensor.shape();
        shape[0] = rows;
        return Arrays.stream(shape).boxed().toList();
    }

    private void fill(BoundInputs inputs, StepPlan plan) {
        int at = 0;
        for (StepPlan.Slice slice : plan.slices()) {
            UNetRows rows = slice.rows();
            copy(inputs.buffer(SAMPLE), at, rows.sample(), slice);
            for (Map.Entry<String, Tensor> condition : rows.conditions().entrySet()) {
                copy(inputs.buffer(condition.getKey()), at, condition.getValue(), slice);
            }
            if (takesTimestepPerRow()) {
                float[] timesteps = new float[slice.count()];
                Arrays.fill(timesteps, rows.timestep());
                inputs.buffer(TIMESTEP).put(at, timesteps, 0, timesteps.length);
            } else {
                inputs.buffer(TIMESTEP).put(0, new float[] {rows.timestep()}, 0, 1);
            }
            at += slice.count();
        }
    }

    private static void copy(InputBuffer buffer, int atRow, Tensor tensor, StepPlan.Slice slice) {
        int rowSize = tensor.rowSize();
        buffer.put(atRow * rowSize, tensor.data(), slice.from() * rowSize, slice.count() * rowSize);
    }
}
