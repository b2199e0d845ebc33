package io.darkroom.inference.device;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.batch.UNetRows;
import io.darkroom.inference.model.ControlNetFolder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** A ControlNet in ONNX Runtime: it sees the rows of a UNet call, each with a picture, and gives residuals for them. */
final class LoadedControlNet {
    private static final String SAMPLE = "sample";
    private static final String TIMESTEP = "timestep";
    private static final String PICTURE = "controlnet_cond";

    private final Network network;
    private final List<String> outputs;

    LoadedControlNet(Network network, ControlNetFolder folder) {
        this.network = network;
        this.outputs = folder.outputs();
    }

    /**
     * A row of a call.
     *
     * @param rows of one task, of which this is one
     * @param index of the row among these
     * @param position of the row in the UNet's call
     */
    record Row(UNetRows rows, int index, int position) {}

    boolean takesTimestepPerRow() {
        return !network.input(TIMESTEP).isScalar();
    }

    /**
     * The residuals of some rows, unscaled.
     *
     * @param pictures the condition that holds its pictures
     * @return one tensor for each residual, each with a row for each of these
     */
    List<Tensor> residuals(List<Row> rows, String pictures) throws DeviceException {
        Map<String, Tensor> computed =
                network.run(shapes(rows, pictures), inputs -> fill(inputs, rows, pictures), Set.copyOf(outputs));
        return outputs.stream().map(computed::get).toList();
    }

    private Map<String, List<Integer>> shapes(List<Row> rows, String pictures) {
        Map<String, List<Integer>> shapes = new HashMap<>();
        for (String name : network.inputNames()) {
            if (name.equals(TIMESTEP)) {
                shapes.put(name, takesTimestepPerRow() ? List.of(rows.size()) : List.of());
            } else {
                Tensor one = tensor(rows.getFirst().rows(), name, pictures);
                shapes.put(
                        name,
                        Stream.concat(
                                        Stream.of(rows.size()),
                                        Arrays.stream(one.shape()).skip(1).boxed())
                                .toList());
            }
        }
        return shapes;
    }

    private void fill(BoundInputs inputs, List<Row> rows, String pictures) {
        for (int at = 0; at < rows.size(); at++) {
            Row row = rows.get(at);
            for (String name : network.inputNames()) {
                if (name.equals(TIMESTEP)) {
                    int index = takesTimestepPerRow() ? at : 0;
                    inputs.buffer(name).put(index, new float[] {row.rows().timestep()}, 0, 1);
                } else {
                    Tensor values = tensor(row.rows(), name, pictures);
                    int size = values.rowSize();
                    inputs.buffer(name).put(at * size, values.data(), row.index() * size, size);
                }
            }
        }
    }

    private static Tensor tensor(UNetRows rows, String input, String pictures) {
        return switch (input) {
            case SAMPLE -> rows.sample();
            case PICTURE -> rows.conditions().get(pictures);
            default -> rows.conditions().get(input);
        };
    }
}
