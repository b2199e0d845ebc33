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
import java.util.regex.Pattern;

/**
 * The weights of a network's linear layers and convolutions: where they are, what they are, and the same graph with some of
 * them left for the caller to give.
 */
public final class Weights {
    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_NODE = 1;
    private static final int GRAPH_INITIALIZER = 5;
    private static final int FLOAT = 1;
    private static final int INT8 = 3;
    private static final int FLOAT16 = 10;

    /** What an exporter may put before the path of a module: the module that it wraps the network in for tracing. */
    private static final Pattern WRAPPER = Pattern.compile("^/?((unet|encoder)/)?");

    /** Names no file: the values are given to the session. */
    private static final String GIVEN = "given-to-the-session";

    private Weights() {}

    /** Every place, in the graph's order. */
    public static List<WeightPlace> places(MemorySegment model) {
        Map<String, List<Long>> initializers = Initializers.shapes(Initializers.graph(model));
        Map<String, List<Long>> shapes = new HashMap<>(initializers);
        WeightForm.packed(model, initializers.keySet())
                .forEach((weights, form) -> shapes.put(weights, initializers.get(form.values())));
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
                place(
                                node,
                                shapes.get(weights),
                                GraphNode.number(graph.message(), "transB").orElse(0L) != 0)
                        .ifPresent(places::add);
            }
        }
        // a change for one module would change the other too
        places.removeIf(place -> shared.contains(place.initializer()));
        return places;
    }

    private static Optional<WeightPlace> place(GraphNode node, List<Long> shape, boolean gemmTransposes) {
        String path = WRAPPER.matcher(node.name()).replaceFirst("");
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

    /**
     * A tensor of the graph.
     *
     * @param halves whether the graph has it in float16
     */
    public record Values(List<Long> shape, boolean halves, float[] values) {}

    /**
     * Reads weights, however they are kept, from the graph or from side files.
     *
     * @param folder where side files lie; that they are inside it was checked when the model was opened
     */
    public static Map<String, Values> read(MemorySegment model, Path folder, Set<String> names) throws IOException {
        Map<String, List<Long>> initializers = Initializers.shapes(Initializers.graph(model));
        Map<String, WeightForm> packed = WeightForm.packed(model, initializers.keySet());
        Set<String> wanted = new HashSet<>();
        names.forEach(name -> {
            WeightForm form = packed.get(name);
            wanted.addAll(form == null ? List.of(name) : form.initializers());
        });
        Map<String, Values> stored = new HashMap<>();
        WireReader graph = Initializers.graph(model);
        while (graph.next()) {
            if (graph.is(GRAPH_INITIALIZER, WireReader.BYTES)) {
                String name = Initializers.name(graph.message());
                if (wanted.contains(name)) {
                    stored.put(name, values(name, graph.message(), folder));
                }
            }
        }
        Map<String, Values> read = new HashMap<>();
        names.forEach(name -> {
            WeightForm form = packed.get(name);
            read.put(name, form == null ? stored.get(name) : form.unpack(stored));
        });
        return read;
    }

    private static Values values(String name, WireReader tensor, Path folder) throws IOException {
        List<Long> shape = Initializers.shape(tensor.again());
        long type = Initializers.type(tensor.again());
        int count = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
        ByteBuffer bytes = bytes(name, tensor, folder, (long) count * elementBytes(name, type));
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = switch ((int) type) {
                case FLOAT -> bytes.getFloat(4 * i);
                case FLOAT16 -> Float.float16ToFloat(bytes.getShort(2 * i));
                default -> bytes.get(i);
            };
        }
        return new Values(shape, type == FLOAT16, values);
    }

    private static int elementBytes(String name, long type) {
        return switch ((int) type) {
            case FLOAT -> 4;
            case FLOAT16 -> 2;
            case INT8 -> 1;
            default -> throw new OnnxFormatException(name + " holds neither float32, float16 nor int8");
        };
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

    /**
     * The model without the values of some weights: whoever makes a session of it gives them by name, in float32, or in float16
     * where the network itself has them so.
     */
    public static byte[] left(MemorySegment model, Set<String> names) {
        Map<String, List<Long>> initializers = Initializers.shapes(Initializers.graph(model));
        Map<String, WeightForm> packed = WeightForm.packed(model, initializers.keySet());
        packed.keySet().retainAll(names);
        WireReader reader = new WireReader(model);
        WireWriter out = new WireWriter();
        while (reader.next()) {
            if (reader.is(MODEL_GRAPH, WireReader.BYTES)) {
                WireWriter graph = graphLeft(reader.message(), names, packed);
                packed.forEach((name, form) ->
                        graph.message(GRAPH_INITIALIZER, declared(name, initializers.get(form.values()), FLOAT)));
                out.message(MODEL_GRAPH, graph);
            } else {
                out.copy(reader.wholeField());
            }
        }
        return out.toByteArray();
    }

    private static WireWriter graphLeft(WireReader fields, Set<String> names, Map<String, WeightForm> packed) {
        Set<String> gone = new HashSet<>();
        packed.values().forEach(form -> {
            gone.addAll(form.initializers());
            gone.addAll(form.made());
        });
        WireWriter graph = new WireWriter();
        while (fields.next()) {
            boolean initializer = fields.is(GRAPH_INITIALIZER, WireReader.BYTES);
            String name = initializer ? Initializers.name(fields.message()) : "";
            if (initializer && names.contains(name)) {
                WireReader tensor = fields.message();
                graph.message(
                        GRAPH_INITIALIZER,
                        declared(name, Initializers.shape(tensor.again()), Initializers.type(tensor.again())));
            } else if (!(initializer ? gone.contains(name) : makes(fields, gone))) {
                graph.copy(fields.wholeField());
            }
        }
        return graph;
    }

    private static boolean makes(WireReader field, Set<String> gone) {
        return field.is(GRAPH_NODE, WireReader.BYTES)
                && GraphNode.of(field.message()).outputs().stream().anyMatch(gone::contains);
    }

    private static WireWriter declared(String name, List<Long> shape, long type) {
        WireWriter declared = new WireWriter();
        shape.forEach(size -> declared.number(1, size));
        WireWriter location = new WireWriter().text(1, "location").text(2, GIVEN);
        return declared.number(2, type).text(8, name).message(13, location).number(14, 1);
    }
}
