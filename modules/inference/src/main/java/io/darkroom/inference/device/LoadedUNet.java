package io.darkroom.inference.device;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.batch.StepPlan;
import io.darkroom.inference.batch.UNet;
import io.darkroom.inference.batch.UNetRows;
import io.darkroom.inference.onnx.ResidualInputs;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A UNet in ONNX Runtime. Copies the rows of a plan next to each other into the input memory. Where its graph takes residuals
 * and there are none, it is given a single zero for each.
 */
final class LoadedUNet implements UNet {
    private static final String SAMPLE = "sample";
    private static final String TIMESTEP = "timestep";
    private static final String PREDICTION = "out_sample";

    private static final List<Integer> ONE_ZERO = List.of(1, 1, 1, 1);

    private final Network network;
    private final List<String> residuals;

    LoadedUNet(Network network) {
        this.network = network;
        this.residuals =
                network.inputNames().stream().filter(ResidualInputs::isOne).toList();
    }

    @Override
    public boolean takesTimestepPerRow() {
        return !network.input(TIMESTEP).isScalar();
    }

    @Override
    public Tensor predict(StepPlan plan) throws DeviceException {
        return predict(plan, Map.of());
    }

    /**
     * The same with residuals added inside the network.
     *
     * @param added by the names of the network's inputs, each with a row for each of the plan's; all of them or none
     */
    Tensor predict(StepPlan plan, Map<String, Tensor> added) throws DeviceException {
        return network.run(shapes(plan, added), inputs -> fill(inputs, plan, added), Set.of(PREDICTION))
                .get(PREDICTION);
    }

    private Map<String, List<Integer>> shapes(StepPlan plan, Map<String, Tensor> added) {
        UNetRows first = plan.slices().getFirst().rows();
        Map<String, List<Integer>> shapes = new HashMap<>();
        shapes.put(SAMPLE, withRows(first.sample(), plan.rows()));
        shapes.put(TIMESTEP, takesTimestepPerRow() ? List.of(plan.rows()) : List.of());
        first.conditions().forEach((name, tensor) -> shapes.put(name, withRows(tensor, plan.rows())));
        residuals.forEach(name -> shapes.put(name, ONE_ZERO));
        added.forEach((name, tensor) -> shapes.put(name, withRows(tensor, plan.rows())));
        return shapes;
    }

    private static List<Integer> withRows(Tensor tensor, int rows) {
        int[] shape = tensor.shape();
        shape[0] = rows;
        return Arrays.stream(shape).boxed().toList();
    }

    private void fill(BoundInputs inputs, StepPlan plan, Map<String, Tensor> added) {
        // memory that is never written is zero
        added.forEach((name, tensor) -> inputs.buffer(name).put(0, tensor.data(), 0, tensor.size()));
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
