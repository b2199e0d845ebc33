package io.darkroom.inference.onnx;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a file keeps a weight in fewer bytes than it computes with: as float16 with a {@code Cast} to float32 behind it, or as int8
 * with a {@code Cast} and a {@code Mul} by scales. ONNX Runtime folds these nodes when it loads the file.
 *
 * @param values the initializer with the float16 or int8 values
 * @param scale the initializer with the scales, whose shape is the weight's with all dimensions but one being 1
 * @param made what the nodes between give, the weight itself included
 */
record WeightForm(String values, Optional<String> scale, Set<String> made) {
    private static final int GRAPH_NODE = 1;
    private static final long FLOAT = 1;

    /** The forms of a graph's packed weights, by the weight's name. */
    static Map<String, WeightForm> packed(MemorySegment model, Set<String> initializers) {
        Map<String, WeightForm> forms = new HashMap<>();
        WireReader graph = Initializers.graph(model);
        while (graph.next()) {
            if (graph.is(GRAPH_NODE, WireReader.BYTES)) {
                GraphNode node = GraphNode.of(graph.message());
                if (node.type().equals("Cast")
                        && initializers.contains(node.inputs().getFirst())
                        && GraphNode.number(graph.message(), "to").orElse(0L) == FLOAT) {
                    String output = node.outputs().getFirst();
                    forms.put(output, new WeightForm(node.inputs().getFirst(), Optional.empty(), Set.of(output)));
                } else if (node.type().equals("Mul") && node.inputs().size() == 2) {
                    scaled(node, forms.get(node.inputs().getFirst()), initializers)
                            .ifPresent(form -> forms.put(node.outputs().getFirst(), form));
                }
            }
        }
        return forms;
    }

    private static Optional<WeightForm> scaled(GraphNode node, WeightForm cast, Set<String> initializers) {
        String scale = node.inputs().getLast();
        return cast == null || !initializers.contains(scale)
                ? Optional.empty()
                : Optional.of(new WeightForm(
                        cast.values(),
                        Optional.of(scale),
                        Set.of(node.inputs().getFirst(), node.outputs().getFirst())));
    }

    /** What the file has for this weight. */
    List<String> initializers() {
        List<String> names = new ArrayList<>(List.of(values));
        scale.ifPresent(names::add);
        return names;
    }

    /** The weight in float32, from the stored tensors. */
    Weights.Values unpack(Map<String, Weights.Values> stored) {
        Weights.Values packed = stored.get(values);
        float[] unpacked = packed.values().clone();
        scale.map(stored::get).ifPresent(scales -> multiply(unpacked, packed.shape(), scales));
        return new Weights.Values(packed.shape(), false, unpacked);
    }

    private static void multiply(float[] values, List<Long> shape, Weights.Values scales) {
        int axis = Math.max(0, axis(scales.shape()));
        int inner = Math.toIntExact(shape.stream().skip(axis + 1L).reduce(1L, Math::multiplyExact));
        for (int i = 0; i < values.length; i++) {
            values[i] *= scales.values()[i / inner % scales.values().length];
        }
    }

    private static int axis(List<Long> shape) {
        for (int i = 0; i < shape.size(); i++) {
            if (shape.get(i) != 1) {
                return i;
            }
        }
        return -1;
    }
}
