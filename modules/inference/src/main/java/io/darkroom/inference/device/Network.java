package io.darkroom.inference.device;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.onnx.TensorPort;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One loaded network. Called only on its device's thread; the memory for inputs of a shape is kept
 * and used again.
 */
final class Network implements AutoCloseable {
    /** Call shapes whose input memory is kept; jobs in one batch rarely have more. */
    private static final int KEPT_SHAPES = 4;

    private final String name;
    private final OrtSession session;
    private final List<OnnxTensor> weights;
    private final Map<String, TensorPort> inputs = new LinkedHashMap<>();
    private final Map<Map<String, List<Integer>>, BoundInputs> bound = new LinkedHashMap<>(8, 0.75f, true);

    Network(String name, OrtSession session, List<TensorPort> inputs) {
        this(name, session, inputs, List.of());
    }

    /**
     * @param weights that the session was given and reads where they lie; closed after it
     */
    Network(String name, OrtSession session, List<TensorPort> inputs, List<OnnxTensor> weights) {
        this.weights = List.copyOf(weights);
        this.name = name;
        this.session = session;
        inputs.forEach(port -> this.inputs.put(port.name(), port));
    }

    boolean hasInput(String input) {
        return inputs.containsKey(input);
    }

    Set<String> inputNames() {
        return Collections.unmodifiableSet(inputs.keySet());
    }

    TensorPort input(String input) {
        return inputs.get(input);
    }

    /**
     * Runs the network.
     *
     * @param shapes of all inputs, by name
     * @param fill writes the inputs
     * @param outputs what to compute
     * @return the outputs by name
     */
    Map<String, Tensor> run(Map<String, List<Integer>> shapes, Consumer<BoundInputs> fill, Set<String> outputs)
            throws DeviceException {
        if (!shapes.keySet().equals(inputs.keySet())) {
            throw new DeviceException(
                    DeviceException.Kind.INTERNAL,
                    name + " takes the inputs " + inputs.keySet() + ", and was given " + shapes.keySet());
        }
        try {
            BoundInputs memory = memory(shapes);
            fill.accept(memory);
            try (OrtSession.Result result = session.run(memory.tensors(), outputs)) {
                return tensors(result, outputs);
            }
        } catch (OrtException e) {
            throw DeviceException.of(name, e);
        }
    }

    private BoundInputs memory(Map<String, List<Integer>> shapes) throws OrtException {
        BoundInputs kept = bound.get(shapes);
        if (kept != null) {
            return kept;
        }
        if (bound.size() >= KEPT_SHAPES) {
            var eldest = bound.entrySet().iterator();
            eldest.next().getValue().close();
            eldest.remove();
        }
        BoundInputs made = new BoundInputs(List.copyOf(inputs.values()), shapes);
        bound.put(Map.copyOf(shapes), made);
        return made;
    }

    private static Map<String, Tensor> tensors(OrtSession.Result result, Set<String> outputs) {
        Map<String, Tensor> tensors = new HashMap<>();
        for (String output : outputs) {
            OnnxTensor tensor = (OnnxTensor) result.get(output).orElseThrow();
            int[] shape = Arrays.stream(tensor.getInfo().getShape())
                    .mapToInt(Math::toIntExact)
                    .toArray();
            // a heap buffer over a fresh array, whatever the type on the device
            tensors.put(output, Tensor.of(tensor.getFloatBuffer().array(), shape));
        }
        return tensors;
    }

    @Override
    public void close() {
        bound.values().forEach(BoundInputs::close);
        bound.clear();
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(name + " cannot be closed", e);
        }
        weights.forEach(OnnxTensor::close);
    }
}
