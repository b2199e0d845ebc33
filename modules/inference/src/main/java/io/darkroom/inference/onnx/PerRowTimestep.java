package io.darkroom.inference.onnx;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Rewrites a UNet whose {@code timestep} is one scalar for the whole call so that it takes one per
 * row, which lets rows at different steps share a call.
 *
 * <p>The usual exporter traces {@code timesteps[None].expand(batch)}: an {@code Unsqueeze} makes a
 * vector of the scalar. Declared as {@code [batch]}, the input is that vector already, so the
 * {@code Unsqueeze} becomes an {@code Identity}; all that follows is per row anyway. Where the
 * graph does anything else with the input it is left as it is.
 */
final class PerRowTimestep {
    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_NODE = 1;
    private static final int GRAPH_INPUT = 11;

    private PerRowTimestep() {}

    /**
     * The rewritten model, or empty if its timestep is not such a scalar.
     *
     * @param input the name of the timestep
     */
    static Optional<byte[]> rewrite(MemorySegment model, String input) {
        WireReader reader = new WireReader(model);
        WireWriter out = new WireWriter(Math.toIntExact(model.byteSize()) + 64);
        boolean rewritten = false;
        while (reader.next()) {
            if (reader.is(MODEL_GRAPH, WireReader.BYTES)) {
                if (!hasOneUnsqueeze(reader.message(), input)) {
                    return Optional.empty();
                }
                out.message(MODEL_GRAPH, graph(reader.message(), input));
                rewritten = true;
            } else {
                out.copy(reader.wholeField());
            }
        }
        return rewritten ? Optional.of(out.toByteArray()) : Optional.empty();
    }

    private static boolean hasOneUnsqueeze(WireReader graph, String input) {
        int unsqueezes = 0;
        int others = 0;
        boolean scalar = false;
        while (graph.next()) {
            if (graph.is(GRAPH_NODE, WireReader.BYTES)) {
                GraphNode node = GraphNode.of(graph.message());
                if (node.inputs().contains(input)) {
                    boolean fits = node.type().equals("Unsqueeze")
                            && node.inputs().getFirst().equals(input)
                            && node.outputs().size() == 1;
                    unsqueezes += fits ? 1 : 0;
                    others += fits ? 0 : 1;
                }
            } else if (graph.is(GRAPH_INPUT, WireReader.BYTES)) {
                TensorPort port = OnnxGraph.port(graph.message());
                scalar |= port.name().equals(input) && port.isScalar();
            }
        }
        return scalar && unsqueezes == 1 && others == 0;
    }

    private static WireWriter graph(WireReader graph, String input) {
        WireWriter out = new WireWriter();
        while (graph.next()) {
            if (graph.is(GRAPH_NODE, WireReader.BYTES)
                    && GraphNode.of(graph.message()).inputs().contains(input)) {
                out.message(GRAPH_NODE, identity(GraphNode.of(graph.message())));
            } else if (graph.is(GRAPH_INPUT, WireReader.BYTES)
                    && OnnxGraph.port(graph.message()).name().equals(input)) {
                out.message(GRAPH_INPUT, vector(graph.message(), input));
            } else {
                out.copy(graph.wholeField());
            }
        }
        return out;
    }

    private static WireWriter identity(GraphNode node) {
        return new WireWriter()
                .text(GraphNode.INPUT, node.inputs().getFirst())
                .text(GraphNode.OUTPUT, node.outputs().getFirst())
                .text(GraphNode.NAME, node.name())
                .text(GraphNode.TYPE, "Identity");
    }

    /**
     * ValueInfoProto{name, type: TypeProto{tensor_type: {elem_type, shape: {dim: {dim_param}}}}}.
     */
    private static WireWriter vector(WireReader declaration, String input) {
        long elementType = 1;
        while (declaration.next()) {
            if (declaration.is(2, WireReader.BYTES)) {
                elementType = elementType(declaration.message());
            }
        }
        WireWriter shape = new WireWriter().message(1, new WireWriter().text(2, "batch_size"));
        WireWriter tensor = new WireWriter().number(1, elementType).message(2, shape);
        WireWriter type = new WireWriter().message(1, tensor);
        return new WireWriter().text(1, input).message(2, type);
    }

    private static long elementType(WireReader typeProto) {
        while (typeProto.next()) {
            if (typeProto.is(1, WireReader.BYTES)) {
                WireReader tensor = typeProto.message();
                while (tensor.next()) {
                    if (tensor.is(1, WireReader.VARINT)) {
                        return tensor.varint();
                    }
                }
            }
        }
        throw new OnnxFormatException("the timestep has no element type");
    }
}
