package io.darkroom.inference.device;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.onnx.NormedLayers;
import io.darkroom.inference.onnx.OpenTextEncoder;
import io.darkroom.inference.text.TextRow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A text encoder that was rewritten to take more and to show more, as {@link OpenTextEncoder} and {@link NormedLayers} do.
 *
 * @param outputs what the rewritten graph gives
 */
record OpenEncoder(Network network, Set<String> outputs) implements AutoCloseable {
    private static final String IDS = "input_ids";

    /** Whether rows may hide tokens and use new ones. */
    boolean takesTokens() {
        return network.hasInput(OpenTextEncoder.TOKEN_BIAS);
    }

    /** The width of an embedding. */
    int width() {
        return (int) network.input(OpenTextEncoder.ADDED_EMBEDDINGS).dimension(1);
    }

    /**
     * Runs the network.
     *
     * @param added embeddings of the ids beyond the vocabulary, {@code [n, width]}
     */
    Map<String, Tensor> run(List<TextRow> rows, Tensor added, Set<String> wanted) throws DeviceException {
        int length = rows.getFirst().ids().length;
        Map<String, List<Integer>> shapes = new HashMap<>();
        shapes.put(IDS, List.of(rows.size(), length));
        if (takesTokens()) {
            shapes.put(OpenTextEncoder.TOKEN_BIAS, List.of(rows.size(), 1, 1, length));
            shapes.put(OpenTextEncoder.ADDED_EMBEDDINGS, List.of(added.rows(), added.dimension(1)));
        }
        return network.run(shapes, inputs -> fill(inputs, rows, added), wanted);
    }

    private void fill(BoundInputs inputs, List<TextRow> rows, Tensor added) {
        int length = rows.getFirst().ids().length;
        for (int row = 0; row < rows.size(); row++) {
            for (int i = 0; i < length; i++) {
                inputs.buffer(IDS).put(row * length + i, rows.get(row).ids()[i]);
            }
        }
        if (takesTokens()) {
            float[] bias = new float[rows.size() * length];
            for (int row = 0; row < rows.size(); row++) {
                int start = row * length;
                rows.get(row).hidden().stream().forEach(position -> bias[start + position] = -Float.MAX_VALUE);
            }
            inputs.buffer(OpenTextEncoder.TOKEN_BIAS).put(0, bias, 0, bias.length);
            inputs.buffer(OpenTextEncoder.ADDED_EMBEDDINGS).put(0, added.data(), 0, added.size());
        }
    }

    @Override
    public void close() {
        network.close();
    }
}
