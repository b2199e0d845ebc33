package io.darkroom.inference.device;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.darkroom.inference.onnx.TensorPort;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All inputs of one call shape. */
final class BoundInputs implements AutoCloseable {
    private final Map<String, InputBuffer> buffers = new LinkedHashMap<>();
    private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();

    /**
     * @param shapes by the names of the ports
     */
    BoundInputs(List<TensorPort> ports, Map<String, List<Integer>> shapes) throws OrtException {
        for (TensorPort port : ports) {
            int[] shape = shapes.get(port.name()).stream().mapToInt(i -> i).toArray();
            InputBuffer buffer = new InputBuffer(port.type(), shape);
            buffers.put(port.name(), buffer);
            tensors.put(port.name(), buffer.tensor());
        }
    }

    InputBuffer buffer(String name) {
        return buffers.get(name);
    }

    Map<String, OnnxTensor> tensors() {
        return tensors;
    }

    @Override
    public void close() {
        buffers.values().forEach(InputBuffer::close);
    }
}
