package io.darkroom.inference.onnx;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an ONNX file says about itself, read without loading its weights: inputs, outputs, and the
 * side files it wants.
 *
 * <p>Field numbers: onnx.proto3 of the ONNX project.
 *
 * @param inputs those that a caller must give (initializers are left out)
 * @param outputs in the file's order
 * @param sideFiles paths that tensors name as their external data, as written in the file: not yet
 *     checked
 */
public record OnnxGraph(List<TensorPort> inputs, List<TensorPort> outputs, Set<String> sideFiles) {
    private static final int MAX_NAME_BYTES = 4096;
    private static final int MAX_DEPTH = 16;

    public OnnxGraph {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        sideFiles = Set.copyOf(sideFiles);
    }

    /**
     * Reads the file's structure.
     *
     * @throws OnnxFormatException if it is no ONNX model
     */
    public static OnnxGraph read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            return read(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
        }
    }

    /** Reads the structure of a model in memory. */
    public static OnnxGraph read(MemorySegment model) {
        Scan scan = new Scan();
        WireReader reader = new WireReader(model);
        while (reader.next()) {
            if (reader.is(7, WireReader.BYTES)) {
                scan.graph(reader.message(), 0);
            } else if (reader.is(25, WireReader.BYTES)) {
                scan.function(reader.message());
            }
        }
        if (scan.inputs.isEmpty() || scan.outputs.isEmpty()) {
            throw new OnnxFormatException("no graph with inputs and outputs: this is no ONNX model");
        }
        scan.inputs.removeIf(port -> scan.initializers.contains(port.name()));
        return new OnnxGraph(scan.inputs, scan.outputs, scan.sideFiles);
    }

    public Optional<TensorPort> input(String name) {
        return inputs.stream().filter(port -> port.name().equals(name)).findFirst();
    }

    public Optional<TensorPort> output(String name) {
        return outputs.stream().filter(port -> port.name().equals(name)).findFirst();
    }

    /** Reads a value's declaration (ValueInfoProto). */
    static TensorPort port(WireReader value) {
        String name = "";
        ElementType type = ElementType.OTHER;
        List<Long> shape = new ArrayList<>();
        while (value.next()) {
            if (value.is(1, WireReader.BYTES)) {
                name = value.string(MAX_NAME_BYTES);
            } else if (value.is(2, WireReader.BYTES)) {
                type = tensorType(value.message(), shape);
            }
        }
        return new TensorPort(name, type, shape);
    }

    private static ElementType tensorType(WireReader typeProto, List<Long> shape) {
        ElementType type = ElementType.OTHER;
        while (typeProto.next()) {
            if (!typeProto.is(1, WireReader.BYTES)) {
                continue;
            }
            WireReader tensor = typeProto.message();
            while (tensor.next()) {
                if (tensor.is(1, WireReader.VARINT)) {
                    type = ElementType.of(tensor.varint());
                } else if (tensor.is(2, WireReader.BYTES)) {
                    dimensions(tensor.message(), shape);
                }
            }
        }
        return type;
    }

    private static void dimensions(WireReader shapeProto, List<Long> shape) {
        while (shapeProto.next()) {
            long size = -1;
            if (shapeProto.is(1, WireReader.BYTES)) {
                WireReader dimension = shapeProto.message();
                while (dimension.next()) {
                    size = dimension.is(1, WireReader.VARINT) ? dimension.varint() : size;
                }
                shape.add(size);
            }
        }
    }

    /** Walks graphs, nodes and attributes, since any tensor anywhere may name a side file. */
    private static final class Scan {
        final List<TensorPort> inputs = new ArrayList<>();
        final List<TensorPort> outputs = new ArrayList<>();
        final Set<String> initializers = new LinkedHashSet<>();
        final Set<String> sideFiles = new LinkedHashSet<>();

        void graph(WireReader graph, int depth) {
            if (depth > MAX_DEPTH) {
                throw new OnnxFormatException("graphs nested more than " + MAX_DEPTH + " deep");
            }
            while (graph.next()) {
                if (graph.is(1, WireReader.BYTES)) {
                    node(graph.message(), depth);
                } else if (graph.is(5, WireReader.BYTES)) {
                    initializers.add(tensor(graph.message()));
                } else if (graph.is(15, WireReader.BYTES)) {
                    sparse(graph.message());
                } else if (depth == 0 && graph.is(11, WireReader.BYTES)) {
                    inputs.add(port(graph.message()));
                } else if (depth == 0 && graph.is(12, WireReader.BYTES)) {
                    outputs.add(port(graph.message()));
                }
            }
        }

        void function(WireReader function) {
            while (function.next()) {
                if (function.is(7, WireReader.BYTES)) {
                    node(function.message(), 1);
                }
            }
        }

        private void node(WireReader node, int depth) {
            while (node.next()) {
                if (node.is(5, WireReader.BYTES)) {
                    attribute(node.message(), depth);
                }
            }
        }

        private void attribute(WireReader attribute, int depth) {
            while (attribute.next()) {
                if (attribute.is(5, WireReader.BYTES) || attribute.is(10, WireReader.BYTES)) {
                    tensor(attribute.message());
                } else if (attribute.is(6, WireReader.BYTES) || attribute.is(11, WireReader.BYTES)) {
                    graph(attribute.message(), depth + 1);
                } else if (attribute.is(22, WireReader.BYTES) || attribute.is(23, WireReader.BYTES)) {
                    sparse(attribute.message());
                }
            }
        }

        private void sparse(WireReader sparse) {
            while (sparse.next()) {
                if (sparse.is(1, WireReader.BYTES) || sparse.is(2, WireReader.BYTES)) {
                    tensor(sparse.message());
                }
            }
        }

        private String tensor(WireReader tensor) {
            String name = "";
            while (tensor.next()) {
                if (tensor.is(8, WireReader.BYTES)) {
                    name = tensor.string(MAX_NAME_BYTES);
                } else if (tensor.is(13, WireReader.BYTES)) {
                    sideFile(tensor.message());
                }
            }
            return name;
        }

        private void sideFile(WireReader entry) {
            String key = "";
            String value = "";
            while (entry.next()) {
                if (entry.is(1, WireReader.BYTES)) {
                    key = entry.string(MAX_NAME_BYTES);
                } else if (entry.is(2, WireReader.BYTES)) {
                    value = entry.string(MAX_NAME_BYTES);
                }
            }
            if (key.equals("location")) {
                sideFiles.add(value);
            }
        }
    }
}
