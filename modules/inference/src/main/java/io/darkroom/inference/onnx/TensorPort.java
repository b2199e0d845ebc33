package io.darkroom.inference.onnx;

import java.util.List;

/**
 * An input or output of a graph.
 *
 * @param name as the model has it
 * @param type its elements
 * @param shape one entry per dimension; -1 where the model leaves it open; empty for a scalar
 */
public record TensorPort(String name, ElementType type, List<Long> shape) {
    public TensorPort {
        shape = List.copyOf(shape);
    }

    public boolean isScalar() {
        return shape.isEmpty();
    }

    /** The size of a dimension, -1 if it is open or not there. */
    public long dimension(int index) {
        return index < shape.size() ? shape.get(index) : -1;
    }
}
