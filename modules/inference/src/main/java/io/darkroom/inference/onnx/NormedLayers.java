package io.darkroom.inference.onnx;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Adds outputs to a CLIP text encoder: what each of its layers gives, after the final normalisation. {@code clip_skip}
 * wants these, and the usual exporter leaves them out of Stable Diffusion's encoder.
 *
 * <p>The encoder normalises before attention and before the perceptron of each layer, and once at the end, so every second
 * {@code LayerNormalization} reads what a layer gave. For each a copy of the last one is added with that input. Protobuf
 * merges a message that occurs twice, so the additions follow the file as a second graph.
 */
public final class NormedLayers {
    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_NODE = 1;
    private static final int GRAPH_OUTPUT = 12;
    private static final int NODE_INPUT = 1;
    private static final int NODE_OUTPUT = 2;
    private static final int NODE_NAME = 3;
    private static final int NODE_TYPE = 4;
    private static final int NAME_BYTES = 4096;
    private static final String LAST = "last_hidden_state";

    private NormedLayers() {}

    /** The name of the output after {@code layers} layers, 0 and up. */
    public static String output(int layers) {
        return "normed_states." + layers;
    }

    /** The model with those outputs; empty if it is not built like that. */
    static Optional<byte[]> rewrite(MemorySegment model) {
        return additions(model).map(additions -> joined(model, additions));
    }

    private static Optional<byte[]> additions(MemorySegment model) {
        WireReader reader = new WireReader(model);
        while (reader.next()) {
            if (reader.is(MODEL_GRAPH, WireReader.BYTES)) {
                List<Norm> norms = norms(reader.message());
                boolean asExpected =
                        norms.size() % 2 == 1 && norms.getLast().output.equals(LAST);
                return asExpected
                        ? Optional.of(new WireWriter()
                                .message(MODEL_GRAPH, additions(norms, elementType(reader.message())))
                                .toByteArray())
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static WireWriter additions(List<Norm> norms, ElementType type) {
        Norm last = norms.getLast();
        WireWriter graph = new WireWriter();
        for (int layers = 0; 2 * layers < norms.size(); layers++) {
            String output = output(layers);
            graph.message(GRAPH_NODE, last.copy(norms.get(2 * layers).input, output));
            WireWriter tensor = new WireWriter().number(1, type == ElementType.FLOAT16 ? 10 : 1);
            graph.message(
                    GRAPH_OUTPUT, new WireWriter().text(1, output).message(2, new WireWriter().message(1, tensor)));
        }
        return graph;
    }

    private static List<Norm> norms(WireReader graph) {
        List<Norm> norms = new ArrayList<>();
        while (graph.next()) {
            if (graph.is(GRAPH_NODE, WireReader.BYTES)) {
                Norm.of(graph.message()).ifPresent(norms::add);
            }
        }
        return norms;
    }

    private static ElementType elementType(WireReader graph) {
        while (graph.next()) {
            if (graph.is(GRAPH_OUTPUT, WireReader.BYTES)) {
                TensorPort port = OnnxGraph.port(graph.message());
                if (port.name().equals(LAST)) {
                    return port.type();
                }
            }
        }
        throw new OnnxFormatException("has no output " + LAST);
    }

    private static byte[] joined(MemorySegment model, byte[] additions) {
        int length = Math.toIntExact(model.byteSize());
        byte[] both = new byte[length + additions.length];
        MemorySegment.copy(model, ValueLayout.JAVA_BYTE, 0, both, 0, length);
        System.arraycopy(additions, 0, both, length, additions.length);
        return both;
    }

    /**
     * A {@code LayerNormalization}.
     *
     * @param rest its weights and attributes as they stand in the file
     */
    private record Norm(String input, String output, List<MemorySegment> rest) {
        static Optional<Norm> of(WireReader node) {
            String type = "";
            String input = "";
            String output = "";
            List<MemorySegment> rest = new ArrayList<>();
            while (node.next()) {
                if (node.is(NODE_INPUT, WireReader.BYTES) && input.isEmpty()) {
                    input = node.string(NAME_BYTES);
                } else if (node.is(NODE_OUTPUT, WireReader.BYTES)) {
                    output = node.string(NAME_BYTES);
                } else if (node.is(NODE_TYPE, WireReader.BYTES)) {
                    type = node.string(NAME_BYTES);
                } else if (!node.is(NODE_NAME, WireReader.BYTES)) {
                    rest.add(node.wholeField());
                }
            }
            return type.equals("LayerNormalization") ? Optional.of(new Norm(input, output, rest)) : Optional.empty();
        }

        WireWriter copy(String newInput, String newOutput) {
            WireWriter node = new WireWriter()
                    .text(NODE_INPUT, newInput)
                    .text(NODE_OUTPUT, newOutput)
                    .text(NODE_NAME, newOutput)
                    .text(NODE_TYPE, "LayerNormalization");
            rest.forEach(node::copy);
            return node;
        }
    }
}
