package io.darkroom.inference.onnx;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Rewrites a UNet that knows nothing of ControlNets so that it adds their residuals: to its middle, and to what its way down
 * hands to its way up (Zhang et al., arXiv:2302.05543, figure 3).
 *
 * <p>In the graph that the usual exporter traces, each of the way up's {@code Concat}s puts what comes from below beside one
 * of those; its node is named after its place in the network. Before each, an {@code Add} with a new input is put in. Fed
 * with a zero of the shape {@code [1, 1, 1, 1]} it changes nothing, so one graph and one copy of its weights serve jobs with
 * and without ControlNets.
 */
public final class ResidualInputs {
    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_NODE = 1;
    private static final int GRAPH_INPUT = 11;
    private static final int NODE_INPUT = 1;
    private static final int NODE_NAME = 3;
    private static final int NODE_OPERATOR = 4;
    private static final int NAME_BYTES = 4096;
    private static final String MIDDLE = "mid_block_additional_residual";
    private static final String DOWN = "down_block_additional_residual_";

    /** {@code /up_blocks.1/Concat_2}, but not what lies deeper in the block. */
    private static final Pattern SKIP = Pattern.compile("(.*/)?up_blocks\\.\\d+/Concat(_\\d+)?");

    private ResidualInputs() {}

    /** The names of the inputs: those of the way down in its order, then the middle's. */
    public static List<String> names(int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count - 1; i++) {
            names.add(DOWN + i);
        }
        names.add(MIDDLE);
        return List.copyOf(names);
    }

    /** Whether an input is one of these. */
    public static boolean isOne(String input) {
        return input.equals(MIDDLE) || input.startsWith(DOWN);
    }

    /**
     * The rewritten model; empty if it has such inputs already, or if its graph does not show as many places.
     *
     * @param count residuals, with that of the middle
     * @param type of their elements
     */
    static Optional<byte[]> rewrite(MemorySegment model, int count, ElementType type) {
        if (places(model) != count - 1) {
            return Optional.empty();
        }
        WireReader reader = new WireReader(model);
        WireWriter out = new WireWriter(Math.toIntExact(model.byteSize()) + 4096);
        while (reader.next()) {
            if (reader.is(MODEL_GRAPH, WireReader.BYTES)) {
                out.message(MODEL_GRAPH, graph(reader.message(), names(count), type));
            } else {
                out.copy(reader.wholeField());
            }
        }
        return Optional.of(out.toByteArray());
    }

    /** How many skip connections the graph shows that nothing is added to yet. */
    static int places(MemorySegment model) {
        int places = 0;
        WireReader reader = new WireReader(model);
        while (reader.next()) {
            if (reader.is(MODEL_GRAPH, WireReader.BYTES)) {
                WireReader graph = reader.message();
                while (graph.next()) {
                    if (graph.is(GRAPH_INPUT, WireReader.BYTES)
                            && isOne(OnnxGraph.port(graph.message()).name())) {
                        return 0;
                    }
                    boolean skip = graph.is(GRAPH_NODE, WireReader.BYTES) && isSkip(graph.message());
                    places += skip ? 1 : 0;
                }
            }
        }
        return places;
    }

    private static boolean isSkip(WireReader node) {
        String name = "";
        String operator = "";
        int inputs = 0;
        while (node.next()) {
            if (node.is(NODE_INPUT, WireReader.BYTES)) {
                inputs++;
            } else if (node.is(NODE_NAME, WireReader.BYTES)) {
                name = node.string(NAME_BYTES);
            } else if (node.is(NODE_OPERATOR, WireReader.BYTES)) {
                operator = node.string(NAME_BYTES);
            }
        }
        return inputs == 2 && operator.equals("Concat") && SKIP.matcher(name).matches();
    }

    /** The way up takes the residuals from the last to the first. */
    private static WireWriter graph(WireReader graph, List<String> names, ElementType type) {
        WireWriter out = new WireWriter();
        int next = names.size() - 2;
        while (graph.next()) {
            if (graph.is(GRAPH_NODE, WireReader.BYTES) && isSkip(graph.message())) {
                Optional<String> below = next == names.size() - 2 ? Optional.of(MIDDLE) : Optional.empty();
                adding(out, graph.message(), below, names.get(next));
                next--;
            } else {
                out.copy(graph.wholeField());
            }
        }
        names.forEach(name -> out.message(GRAPH_INPUT, declaration(name, type)));
        return out;
    }

    /** The Concat with its inputs replaced by sums. */
    private static void adding(WireWriter out, WireReader concat, Optional<String> toFirst, String toSecond) {
        WireWriter changed = new WireWriter();
        int input = 0;
        while (concat.next()) {
            if (!concat.is(NODE_INPUT, WireReader.BYTES)) {
                changed.copy(concat.wholeField());
                continue;
            }
            String value = concat.string(NAME_BYTES);
            Optional<String> residual = input == 0 ? toFirst : Optional.of(toSecond);
            residual.ifPresent(name -> out.message(GRAPH_NODE, sum(value, name)));
            changed.text(NODE_INPUT, residual.map(ResidualInputs::sumOf).orElse(value));
            input++;
        }
        out.message(GRAPH_NODE, changed);
    }

    private static WireWriter sum(String value, String residual) {
        return new WireWriter()
                .text(NODE_INPUT, value)
                .text(NODE_INPUT, residual)
                .text(2, sumOf(residual))
                .text(NODE_NAME, sumOf(residual))
                .text(NODE_OPERATOR, "Add");
    }

    private static String sumOf(String residual) {
        return residual + "_added";
    }

    /** Of four free dimensions, each with a name of its own, since any may be 1 where another is not. */
    private static WireWriter declaration(String name, ElementType type) {
        WireWriter shape = new WireWriter();
        for (int axis = 0; axis < 4; axis++) {
            shape.message(1, new WireWriter().text(2, name + "_" + axis));
        }
        WireWriter tensor = new WireWriter().number(1, type.code()).message(2, shape);
        return new WireWriter().text(1, name).message(2, new WireWriter().message(1, tensor));
    }
}
