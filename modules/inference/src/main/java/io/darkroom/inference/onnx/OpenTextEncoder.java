package io.darkroom.inference.onnx;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Rewrites a CLIP text encoder so that a caller can reach into it, as a caller of the torch module can: hide tokens from
 * attention, which compel does to weaken a word, and add embeddings of new tokens, which textual inversion does.
 *
 * <p>Two inputs are added. {@value #TOKEN_BIAS}, {@code [batch, 1, 1, tokens]}, is added to every layer's attention scores
 * before their softmax: 0 leaves a token as it is, the lowest float hides it. {@value #ADDED_EMBEDDINGS}, {@code [n, width]},
 * continues the table of embeddings: an id of the vocabulary's size plus k reads its row k. So one loaded network serves every
 * set of new tokens, and rows with different ones share a call as little as they must.
 */
public final class OpenTextEncoder {
    public static final String TOKEN_BIAS = "token_bias";
    public static final String ADDED_EMBEDDINGS = "added_embeddings";

    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_NODE = 1;
    private static final int GRAPH_INITIALIZER = 5;
    private static final int GRAPH_INPUT = 11;
    private static final String NEW = "darkroom.";
    private static final long INT64 = 7;

    private final MemorySegment model;
    private final EmbeddingTable table;

    private OpenTextEncoder(MemorySegment model, EmbeddingTable table) {
        this.model = model;
        this.table = table;
    }

    /**
     * The model with those inputs and with the outputs of {@link NormedLayers}, or with one of the two where it has not the
     * places for both; empty if it has them for neither or the file is over a gibibyte.
     */
    public static Optional<byte[]> rewrite(Path file) throws IOException {
        return MappedFile.read(file, model -> opened(model).or(() -> NormedLayers.rewrite(model)));
    }

    private static Optional<byte[]> opened(MemorySegment model) {
        List<GraphNode> nodes = nodes(Initializers.graph(model));
        Optional<EmbeddingTable> table = EmbeddingTable.find(model)
                .filter(found -> nodes.stream().anyMatch(node -> looksUp(node, found.ids()))
                        && nodes.stream().anyMatch(node -> looksUp(node, found.vectors()))
                        && nodes.stream().anyMatch(node -> node.type().equals("Softmax")));
        return table.map(found -> new OpenTextEncoder(model, found).written())
                .map(opened ->
                        NormedLayers.rewrite(MemorySegment.ofArray(opened)).orElse(opened));
    }

    private static List<GraphNode> nodes(WireReader graph) {
        List<GraphNode> nodes = new ArrayList<>();
        while (graph.next()) {
            if (graph.is(GRAPH_NODE, WireReader.BYTES)) {
                nodes.add(GraphNode.of(graph.message()));
            }
        }
        return nodes;
    }

    private static boolean looksUp(GraphNode node, String table) {
        return node.type().equals("Gather") && node.inputs().getFirst().equals(table);
    }

    private byte[] written() {
        WireWriter out = new WireWriter(Math.toIntExact(model.byteSize()) + 4096);
        WireReader reader = new WireReader(model);
        while (reader.next()) {
            if (reader.is(MODEL_GRAPH, WireReader.BYTES)) {
                out.message(MODEL_GRAPH, graph(reader.message()));
            } else {
                out.copy(reader.wholeField());
            }
        }
        return out.toByteArray();
    }

    private WireWriter graph(WireReader graph) {
        WireWriter out = new WireWriter();
        while (graph.next()) {
            if (!graph.is(GRAPH_NODE, WireReader.BYTES)) {
                out.copy(graph.wholeField());
                continue;
            }
            GraphNode node = GraphNode.of(graph.message());
            if (node.type().equals("Softmax")) {
                String biased = node.outputs().getFirst() + ".biased";
                out.message(
                        GRAPH_NODE, GraphNode.made("Add", biased, node.inputs().getFirst(), TOKEN_BIAS));
                out.message(GRAPH_NODE, GraphNode.withFirstInput(graph.message(), biased));
            } else {
                rewritten(node)
                        .ifPresentOrElse(
                                made -> made.forEach(one -> out.message(GRAPH_NODE, one)),
                                () -> out.copy(graph.wholeField()));
            }
        }
        return additions(out);
    }

    private WireWriter additions(WireWriter out) {
        new TreeMap<>(Map.of("vocabulary", table.vocabulary(), "last", table.vocabulary() - 1, "zero", 0L))
                .forEach((name, value) -> out.message(GRAPH_INITIALIZER, number(NEW + name, value)));
        out.message(GRAPH_INITIALIZER, number(NEW + "axis", -1).number(1, 1));
        out.message(GRAPH_INPUT, input(TOKEN_BIAS, dimension("batch_size"), size(1), size(1), dimension("tokens")));
        out.message(GRAPH_INPUT, input(ADDED_EMBEDDINGS, dimension("added"), size(table.width())));
        return out;
    }

    /** A look-up that takes new tokens too; empty for a node that has nothing to do with embeddings. */
    private Optional<List<WireWriter>> rewritten(GraphNode node) {
        boolean first = looksUp(node, table.ids());
        boolean last = looksUp(node, table.vectors());
        if (!first && !last) {
            return Optional.empty();
        }
        List<WireWriter> made = new ArrayList<>(first ? knownIds(node.inputs().get(1)) : List.of());
        String ids = first ? NEW + "known_ids" : node.inputs().get(1);
        String output = node.outputs().getFirst();
        made.add(GraphNode.made(
                "Gather", last ? NEW + "known" : output, node.inputs().getFirst(), ids));
        if (last) {
            made.addAll(knownOrAdded(output));
        }
        return Optional.of(made);
    }

    /** The ids, with those beyond the vocabulary replaced by one within it; and where they are. */
    private static List<WireWriter> knownIds(String ids) {
        WireWriter toInt64 = GraphNode.made("Cast", NEW + "ids", ids)
                .message(5, new WireWriter().text(1, "to").number(3, INT64).number(20, 2));
        return List.of(
                toInt64,
                GraphNode.made("Min", NEW + "known_ids", NEW + "ids", NEW + "last"),
                GraphNode.made("Sub", NEW + "beyond", NEW + "ids", NEW + "vocabulary"),
                GraphNode.made("Max", NEW + "added_ids", NEW + "beyond", NEW + "zero"),
                GraphNode.made("GreaterOrEqual", NEW + "is_added", NEW + "ids", NEW + "vocabulary"),
                GraphNode.made("Unsqueeze", NEW + "is_added_row", NEW + "is_added", NEW + "axis"));
    }

    /** What the table has for an id below the vocabulary's size, else one of the added rows. */
    private static List<WireWriter> knownOrAdded(String output) {
        return List.of(
                GraphNode.made("Gather", NEW + "added", ADDED_EMBEDDINGS, NEW + "added_ids"),
                GraphNode.made("Where", output, NEW + "is_added_row", NEW + "added", NEW + "known"));
    }

    /** TensorProto of one whole number; a scalar until it is given a dimension. */
    private static WireWriter number(String name, long value) {
        return new WireWriter().number(2, INT64).number(7, value).text(8, name);
    }

    /** ValueInfoProto of a tensor with the table's element type. */
    private WireWriter input(String name, WireWriter... dimensions) {
        WireWriter shape = new WireWriter();
        for (WireWriter dimension : dimensions) {
            shape.message(1, dimension);
        }
        WireWriter tensor = new WireWriter().number(1, table.elementType()).message(2, shape);
        return new WireWriter().text(1, name).message(2, new WireWriter().message(1, tensor));
    }

    private static WireWriter size(long size) {
        return new WireWriter().number(1, size);
    }

    private static WireWriter dimension(String name) {
        return new WireWriter().text(2, name);
    }
}
