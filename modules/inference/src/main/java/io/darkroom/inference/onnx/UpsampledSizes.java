package io.darkroom.inference.onnx;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewrites a UNet so that it takes latents of any height and width, as diffusers does.
 *
 * <p>On the way up a UNet doubles what comes from below and puts it beside what the way down handed over. Where a height was odd
 * on the way down, its half was rounded up, and the double is one too large; diffusers then resizes to the size of what was handed
 * over. A tracer keeps the branch that its example took, which is the doubling. Here every doubling becomes a resizing to the size
 * of what it is put beside; where that is the double, nothing changes.
 */
final class UpsampledSizes {
    private static final int MODEL_GRAPH = 7;
    private static final int MODEL_OPSET = 8;
    private static final int GRAPH_NODE = 1;

    /** The first one whose {@code Shape} can give a part of a shape. */
    private static final long OPSET = 15;

    /** With scales a {@code Resize} has three inputs, with sizes four. */
    private static final int BY_SCALES = 3;

    private static final int BY_SIZES = 4;
    private static final Pattern UPSAMPLER = Pattern.compile("((?:.*/)?up_blocks\\.)(\\d+)/upsamplers\\.0/Resize");

    private UpsampledSizes() {}

    /** How many doublings resize to what they are put beside, in the file as it stands or once it is rewritten. */
    static int places(MemorySegment model) {
        Nodes nodes = Nodes.of(model);
        return (int) nodes.resizes.values().stream()
                .filter(resize -> resize.inputs().size() == BY_SIZES
                        || nodes.target(resize).isPresent())
                .count();
    }

    /** How many the file itself has. */
    static int placesAsItStands(MemorySegment model) {
        return (int) Nodes.of(model).resizes.values().stream()
                .filter(resize -> resize.inputs().size() == BY_SIZES)
                .count();
    }

    /** The rewritten model; empty if there is nothing to rewrite. */
    static Optional<byte[]> rewrite(MemorySegment model) {
        Nodes nodes = Nodes.of(model);
        if (nodes.resizes.values().stream()
                .allMatch(resize -> nodes.target(resize).isEmpty())) {
            return Optional.empty();
        }
        WireReader reader = new WireReader(model);
        WireWriter out = new WireWriter(Math.toIntExact(model.byteSize()) + 4096);
        while (reader.next()) {
            if (reader.is(MODEL_GRAPH, WireReader.BYTES)) {
                out.message(MODEL_GRAPH, graph(reader.message(), nodes));
            } else {
                out.copy(reader.wholeField());
            }
        }
        return Optional.of(out.toByteArray());
    }

    private static WireWriter graph(WireReader graph, Nodes nodes) {
        WireWriter out = new WireWriter();
        while (graph.next()) {
            Optional<GraphNode> resize = graph.is(GRAPH_NODE, WireReader.BYTES)
                    ? Optional.ofNullable(
                            nodes.resizes.get(GraphNode.of(graph.message()).name()))
                    : Optional.empty();
            Optional<String> target = resize.flatMap(nodes::target);
            if (target.isPresent()) {
                resized(out, graph.message(), resize.get(), target.get());
            } else {
                out.copy(graph.wholeField());
            }
        }
        return out;
    }

    /** Rows and channels of what is resized, height and width of what it is put beside. */
    private static void resized(WireWriter out, WireReader node, GraphNode resize, String target) {
        String rows = resize.name() + "_rows";
        String size = resize.name() + "_size";
        String sizes = resize.name() + "_sizes";
        String input = resize.inputs().getFirst();
        out.message(GRAPH_NODE, with(GraphNode.made("Shape", rows, input), Map.of("start", 0L, "end", 2L)));
        out.message(GRAPH_NODE, with(GraphNode.made("Shape", size, target), Map.of("start", 2L)));
        out.message(GRAPH_NODE, with(GraphNode.made("Concat", sizes, rows, size), Map.of("axis", 0L)));
        WireWriter changed = new WireWriter();
        for (String value : new String[] {input, "", "", sizes}) {
            changed.text(GraphNode.INPUT, value);
        }
        while (node.next()) {
            if (!node.is(GraphNode.INPUT, WireReader.BYTES)) {
                changed.copy(node.wholeField());
            }
        }
        out.message(GRAPH_NODE, changed);
    }

    private static WireWriter with(WireWriter node, Map<String, Long> numbers) {
        numbers.forEach((name, value) -> node.message(
                GraphNode.ATTRIBUTE,
                new WireWriter().text(1, name).number(3, value).number(20, 2)));
        return node;
    }

    /**
     * What counts here of a graph.
     *
     * @param opset of ONNX's own operators
     * @param resizes those of the way up, by their names
     * @param handedOver by the name of the {@code Concat} that takes it: what comes from the way down
     */
    private record Nodes(long opset, Map<String, GraphNode> resizes, Map<String, String> handedOver) {
        static Nodes of(MemorySegment model) {
            long opset = 0;
            Map<String, GraphNode> resizes = new HashMap<>();
            Map<String, String> handedOver = new HashMap<>();
            WireReader reader = new WireReader(model);
            while (reader.next()) {
                if (reader.is(MODEL_OPSET, WireReader.BYTES)) {
                    opset = Math.max(opset, ownVersion(reader.message()));
                } else if (reader.is(MODEL_GRAPH, WireReader.BYTES)) {
                    WireReader graph = reader.message();
                    while (graph.next()) {
                        if (graph.is(GRAPH_NODE, WireReader.BYTES)) {
                            GraphNode node = GraphNode.of(graph.message());
                            if (node.type().equals("Resize")
                                    && UPSAMPLER.matcher(node.name()).matches()) {
                                resizes.put(node.name(), node);
                            } else if (node.type().equals("Concat")
                                    && node.inputs().size() == 2) {
                                handedOver.put(node.name(), node.inputs().getLast());
                            }
                        }
                    }
                }
            }
            return new Nodes(opset, resizes, handedOver);
        }

        /** What a doubling is put beside in the next block, if it can be resized to that. */
        Optional<String> target(GraphNode resize) {
            Matcher name = UPSAMPLER.matcher(resize.name());
            if (opset < OPSET || resize.inputs().size() != BY_SCALES || !name.matches()) {
                return Optional.empty();
            }
            String next = name.group(1) + (Integer.parseInt(name.group(2)) + 1) + "/Concat";
            return Optional.ofNullable(handedOver.get(next));
        }

        private static long ownVersion(WireReader opset) {
            String domain = "";
            long version = 0;
            while (opset.next()) {
                if (opset.is(1, WireReader.BYTES)) {
                    domain = opset.string(256);
                } else if (opset.is(2, WireReader.VARINT)) {
                    version = opset.varint();
                }
            }
            return domain.isEmpty() || domain.equals("ai.onnx") ? version : 0;
        }
    }
}
