package io.darkroom.inference.onnx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
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
public final class PerRowTimestep {
    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_NODE = 1;
    private static final int GRAPH_INPUT = 11;
    private static final int NAME_BYTES = 4096;

    /** A file beyond this keeps its weights inside; it is not worth holding it in memory twice. */
    private static final long MAX_FILE_BYTES = 1L << 30;

    private PerRowTimestep() {}

    /**
     * The rewritten model, or empty if its timestep is not such a scalar or the file is over a
     * gibibyte.
     *
     * @param input the name of the timestep
     */
    public static Optional<byte[]> rewrite(Path file, String input) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            long size = channel.size();
            return size > MAX_FILE_BYTES
                    ? Optional.empty()
                    : rewrite(channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena), input);
        }
    }

    private static Optional<byte[]> rewrite(MemorySegment model, String input) {
        WireReader reader = new WireReader(model);
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.toIntExact(model.byteSize()) + 64);
        boolean rewritten = false;
        while (reader.next()) {
            if (reader.is(MODEL_GRAPH, WireReader.BYTES)) {
                if (!hasOneUnsqueeze(reader.message(), input)) {
                    return Optional.empty();
                }
                bytes(out, MODEL_GRAPH, graph(reader.message(), input));
                rewritten = true;
            } else {
                copy(out, reader);
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
                Node node = Node.of(graph.message());
                if (node.inputs.contains(input)) {
                    boolean fits = node.opType.equals("Unsqueeze")
                            && node.inputs.getFirst().equals(input);
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

    private static byte[] graph(WireReader graph, String input) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (graph.next()) {
            if (graph.is(GRAPH_NODE, WireReader.BYTES)
                    && Node.of(graph.message()).inputs.contains(input)) {
                bytes(out, GRAPH_NODE, identity(Node.of(graph.message())));
            } else if (graph.is(GRAPH_INPUT, WireReader.BYTES)
                    && OnnxGraph.port(graph.message()).name().equals(input)) {
                bytes(out, GRAPH_INPUT, vector(graph.message(), input));
            } else {
                copy(out, graph);
            }
        }
        return out.toByteArray();
    }

    private static byte[] identity(Node node) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        text(out, 1, node.inputs.getFirst());
        text(out, 2, node.output);
        text(out, 3, node.name);
        text(out, 4, "Identity");
        return out.toByteArray();
    }

    /**
     * ValueInfoProto{name, type: TypeProto{tensor_type: {elem_type, shape: {dim: {dim_param}}}}}.
     */
    private static byte[] vector(WireReader declaration, String input) {
        long elementType = 1;
        while (declaration.next()) {
            if (declaration.is(2, WireReader.BYTES)) {
                elementType = elementType(declaration.message());
            }
        }
        ByteArrayOutputStream dimension = new ByteArrayOutputStream();
        text(dimension, 2, "batch_size");
        ByteArrayOutputStream shape = new ByteArrayOutputStream();
        bytes(shape, 1, dimension.toByteArray());
        ByteArrayOutputStream tensor = new ByteArrayOutputStream();
        varint(tensor, (1 << 3) | WireReader.VARINT);
        varint(tensor, elementType);
        bytes(tensor, 2, shape.toByteArray());
        ByteArrayOutputStream type = new ByteArrayOutputStream();
        bytes(type, 1, tensor.toByteArray());
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        text(value, 1, input);
        bytes(value, 2, type.toByteArray());
        return value.toByteArray();
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

    private static void text(ByteArrayOutputStream out, int field, String value) {
        bytes(out, field, value.getBytes(StandardCharsets.UTF_8));
    }

    private static void bytes(ByteArrayOutputStream out, int field, byte[] value) {
        varint(out, ((long) field << 3) | WireReader.BYTES);
        varint(out, value.length);
        out.writeBytes(value);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private static void copy(ByteArrayOutputStream out, WireReader reader) {
        out.writeBytes(reader.wholeField().toArray(ValueLayout.JAVA_BYTE));
    }

    private record Node(String opType, List<String> inputs, String output, String name) {
        static Node of(WireReader node) {
            String opType = "";
            String output = "";
            String name = "";
            List<String> inputs = new ArrayList<>();
            while (node.next()) {
                if (node.is(1, WireReader.BYTES)) {
                    inputs.add(node.string(NAME_BYTES));
                } else if (node.is(2, WireReader.BYTES)) {
                    output = node.string(NAME_BYTES);
                } else if (node.is(3, WireReader.BYTES)) {
                    name = node.string(NAME_BYTES);
                } else if (node.is(4, WireReader.BYTES)) {
                    opType = node.string(NAME_BYTES);
                }
            }
            return new Node(opType, inputs, output, name);
        }
    }
}
