package io.darkroom.inference.onnx;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The constants of a model's graph (TensorProto), mostly its weights. */
final class Initializers {
    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_INITIALIZER = 5;
    private static final int DIMENSIONS = 1;
    private static final int TYPE = 2;
    private static final int NAME = 8;
    private static final int NAME_BYTES = 4096;

    private Initializers() {}

    /** The model's graph. */
    static WireReader graph(MemorySegment model) {
        WireReader reader = new WireReader(model);
        while (reader.next()) {
            if (reader.is(MODEL_GRAPH, WireReader.BYTES)) {
                return reader.message();
            }
        }
        throw new OnnxFormatException("has no graph");
    }

    /** By name. */
    static Map<String, List<Long>> shapes(WireReader graph) {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        while (graph.next()) {
            if (graph.is(GRAPH_INITIALIZER, WireReader.BYTES)) {
                shapes.put(name(graph.message()), shape(graph.message()));
            }
        }
        return shapes;
    }

    /** ONNX's number for the element type of the initializer of that name. */
    static long elementType(WireReader graph, String name) {
        while (graph.next()) {
            if (graph.is(GRAPH_INITIALIZER, WireReader.BYTES)
                    && name(graph.message()).equals(name)) {
                return type(graph.message());
            }
        }
        throw new OnnxFormatException("has no initializer " + name);
    }

    static String name(WireReader tensor) {
        while (tensor.next()) {
            if (tensor.is(NAME, WireReader.BYTES)) {
                return tensor.string(NAME_BYTES);
            }
        }
        return "";
    }

    static long type(WireReader tensor) {
        while (tensor.next()) {
            if (tensor.is(TYPE, WireReader.VARINT)) {
                return tensor.varint();
            }
        }
        return 0;
    }

    /** Sizes stand one by one or packed. */
    static List<Long> shape(WireReader tensor) {
        List<Long> shape = new ArrayList<>();
        while (tensor.next()) {
            if (tensor.is(DIMENSIONS, WireReader.VARINT)) {
                shape.add(tensor.varint());
            } else if (tensor.is(DIMENSIONS, WireReader.BYTES)) {
                shape.addAll(tensor.packedVarints());
            }
        }
        return shape;
    }
}
