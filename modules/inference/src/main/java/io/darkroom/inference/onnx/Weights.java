package io.darkroom.inference.onnx;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The weights of a network's linear layers and convolutions: where they are, what they are, and the same graph with some of
 * them left for the caller to give.
 */
public final class Weights {
    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_NODE = 1;
    private static final int GRAPH_INITIALIZER = 5;
    private static final long FLOAT = 1;
    private static final long FLOAT16 = 10;

    /** Names no file: the values are given to the session. */
    private static final String GIVEN = "given-to-the-session";

    private Weights() {}

    /** Every place, in the graph's order. */
    public static List<WeightPlace> places(MemorySegment model) {
        Map<String, List<Long>> shapes = Initializers.shapes(Initializers.graph(model));
        List<WeightPlace> places = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Set<String> shared = new HashSet<>();
        WireReader graph = Initializers.graph(model);
        while (graph.next()) {
            if (!graph.is(GRAPH_NODE, WireReader.BYTES)) {
                continue;
            }
            GraphNode node = GraphNode.of(graph.message());
            boolean layer = Set.of("MatMul", "Gemm", "Conv").contains(node.type())
                    && node.inputs().size() > 1
                    && shapes.containsKey(node.inputs().get(1));
            if (layer) {
                String weights = node.inputs().get(1);
                if (!seen.add(weights)) {
                    shared.add(weights);
                }
                place(node, shapes.get(weights), transposesSecond(graph.message()))
                        .ifPresent(places::add);
            }
        }
        // a change for one module would change the other too
        places.removeIf(place -> shared.contains(place.initializer()));
        return places;
    }

    private static Optional<WeightPlace> place(GraphNode node, List<Long> shape, boolean gemmTransposes) {
        String path = node.name().startsWith("/") ? node.name().substring(1) : node.name();
        int end = path.lastIndexOf('/');
        if (end < 0 || shape.size() < 2) {
            return Optional.empty();
        }
        boolean transposed =
                switch (node.type()) {
                    case "MatMul" -> true;
                    case "Gemm" -> !gemmTransposes;
                    default -> false;
                };
        String module = path.substring(0, end).replace('/', '_').replace('.', '_');
        long first = shape.getFirst();
        long rest = shape.stream().skip(1).reduce(1L, Math::multiplyExact);
        int outputs = Math.toIntExact(transposed ? rest : first);
        int inputs = Math.toIntExact(transposed ? first : rest);
        return Optional.of(new WeightPlace(module, node.inputs().get(1), outputs, inputs, transposed));
    }

    /** Gemm's {@code transB}. */
    private static boolean transposesSecond(WireReader node) {
        while (node.next()) {
            if (node.is(5, WireReader.BYTES)) {
                WireReader attribute = node.message();
                String name = "";
                long value = 0;
                while (attribute.next()) {
                    if (attribute.is(1, WireReader.BYTES)) {
                        name = attribute.string(256);
                    } else if (attribute.is(3, WireReader.VARINT)) {
                        value = attribute.varint();
                    }
                }
                if (name.equals("transB")) {
                    return value != 0;
                }
            }
        }
        return false;
    }

    /**
     * A tensor of the graph.
     *
     * @param halves whether the graph has it in float16
     */
    public record Values(List<Long> shape, boolean halves, float[] values) {}

    /**
     * Reads initializers of float32 or float16, from the graph or from side files.
     *
     * @param folder where side files lie; that they are inside it was checked when the model was opened
     */
    public static Map<String, Values> read(MemorySegment model, Path folder, Set<String> names) throws IOException {
        Map<String, Values> read = new HashMap<>();
        WireReader graph = Initializers.graph(model);
        while (graph.next()) {
            if (graph.is(GRAPH_INITIALIZER, WireReader.BYTES)) {
                String name = Initializers.name(graph.message());
                if (names.contains(name)) {
                    read.put(name, values(name, graph.message(), folder));
                }
            }
        }
        return read;
    }

    private static Values values(String name, WireReader tensor, Path folder) throws IOException {
        List<Long> shape = Initializers.shape(tensor.again());
        long type = Initializers.type(tensor.again());
        if (type != FLOAT && type != FLOAT16) {
            throw new OnnxFormatException(name + " holds neither float32 nor float16");
        }
        int count = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
        ByteBuffer bytes = bytes(name, tensor, folder, (long) count * (type == FLOAT ? 4 : 2));
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = type == FLOAT ? bytes.getFloat(4 * i) : Float.float16ToFloat(bytes.getShort(2 * i));
        }
        return new Values(shape, type == FLOAT16, values);
    }

    private static ByteBuffer bytes(String name, WireReader tensor, Path folder, long expected) throws IOException {
        Map<String, String> external = new HashMap<>();
        MemorySegment raw = MemorySegment.NULL;
        while (tensor.next()) {
            if (tensor.is(9, WireReader.BYTES)) {
                raw = tensor.content();
            } else if (tensor.is(13, WireReader.BYTES)) {
                WireReader entry = tensor.message();
                String key = "";
                String value = "";
                while (entry.next()) {
                    if (entry.is(1, WireReader.BYTES)) {
                        key = entry.string(4096);
                    } else if (entry.is(2, WireReader.BYTES)) {
                        value = entry.string(4096);
                    }
                }
                external.put(key, value);
            }
        }
        byte[] bytes = external.containsKey("location")
                ? sideFile(folder.resolve(external.get("location")), external.getOrDefault("offset", "0"), expected)
                : raw.toArray(ValueLayout.JAVA_BYTE);
        if (bytes.length != expected) {
            throw new OnnxFormatException(name + " has " + bytes.length + " bytes of values, not " + expected);
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] sideFile(Path file, String offset, long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            return channel.map(FileChannel.MapMode.READ_ONLY, Long.parseLong(offset), bytes, arena)
                    .toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** The model without the values of some initializers: whoever makes a session of it gives them by name. */
    public static byte[] left(MemorySegment model, Set<String> names) {
        WireReader reader = new WireReader(model);
        WireWriter out = new WireWriter();
        while (reader.next()) {
            if (reader.is(MODEL_GRAPH, WireReader.BYTES)) {
                WireWriter graph = new WireWriter();
                WireReader fields = reader.message();
                while (fields.next()) {
                    boolean given = fields.is(GRAPH_INITIALIZER, WireReader.BYTES)
                            && names.contains(Initializers.name(fields.message()));
                    if (given) {
                        graph.message(GRAPH_INITIALIZER, declared(fields.message()));
                    } else {
                        graph.copy(fields.wholeField());
                    }
                }
                out.message(MODEL_GRAPH, graph);
            } else {
                out.copy(reader.wholeField());
            }
        }
        return out.toByteArray();
    }

    private static WireWriter declared(WireReader tensor) {
        WireWriter declared = new WireWriter();
        Initializers.shape(tensor.again()).forEach(size -> declared.number(1, size));
        long type = Initializers.type(tensor.again());
        WireWriter location = new WireWriter().text(1, "location").text(2, GIVEN);
        return declared.number(2, type)
                .text(8, Initializers.name(tensor.again()))
                .message(13, location)
                .number(14, 1);
    }
}
