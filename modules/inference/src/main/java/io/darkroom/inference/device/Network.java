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
 * One network. Called only on its device's thread; its session is opened when it is needed and stays as long as {@link Residency}
 * lets it, and so does the memory for inputs of a shape, which is used again.
 */
final class Network implements AutoCloseable {
    /** Call shapes whose input memory is kept; jobs in one batch rarely have more. */
    private static final int KEPT_SHAPES = 4;

    private final String name;
    private final Kind kind;
    private final OpenSession.Opening opening;
    private final Residency residency;
    private final Map<String, TensorPort> inputs = new LinkedHashMap<>();
    private final Map<Map<String, List<Integer>>, BoundInputs> bound = new LinkedHashMap<>(8, 0.75f, true);
    private OpenSession session;
    private boolean closed;
    private long steppedAt;

    /**
     * What a network is to its device.
     *
     * @param stepping whether it is called at every step of a batch
     * @param bytes of its files, about what its weights take
     * @param runOptions of every call, ONNX Runtime's names
     */
    record Kind(boolean stepping, long bytes, Map<String, String> runOptions) {}

    Network(String name, List<TensorPort> inputs, Kind kind, OpenSession.Opening opening, Residency residency) {
        this.name = name;
        this.kind = kind;
        this.opening = opening;
        this.residency = residency;
        inputs.forEach(port -> this.inputs.put(port.name(), port));
    }

    /** Takes a session that the thread that loads it has opened, before its first call. */
    synchronized void opened(OpenSession first) {
        session = first;
        residency.admit(this);
    }

    boolean isStepping() {
        return kind.stepping();
    }

    long bytes() {
        return kind.bytes();
    }

    /** The number of the last call of a stepping network that was this one's. */
    long steppedAt() {
        return steppedAt;
    }

    void steppedAt(long call) {
        steppedAt = call;
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
            return runOnce(shapes, fill, outputs);
        } catch (DeviceException e) {
            // what others hold may be just what is missing
            if (e.kind() == DeviceException.Kind.RESOURCES && residency.closeOthers(this)) {
                return runOnce(shapes, fill, outputs);
            }
            throw e;
        }
    }

    /** Runs a network of one input for one output. */
    Tensor run(String input, Tensor values, String output) throws DeviceException {
        List<Integer> shape = Arrays.stream(values.shape()).boxed().toList();
        return run(
                        Map.of(input, shape),
                        inputs -> inputs.buffer(input).put(0, values.data(), 0, values.size()),
                        Set.of(output))
                .get(output);
    }

    private Map<String, Tensor> runOnce(
            Map<String, List<Integer>> shapes, Consumer<BoundInputs> fill, Set<String> outputs) throws DeviceException {
        OrtSession open = openSession();
        try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
            for (Map.Entry<String, String> option : kind.runOptions().entrySet()) {
                options.addRunConfigEntry(option.getKey(), option.getValue());
            }
            BoundInputs memory = memory(shapes);
            fill.accept(memory);
            try (OrtSession.Result result = open.run(memory.tensors(), outputs, options)) {
                return tensors(result, outputs);
            }
        } catch (OrtException e) {
            throw DeviceException.of(name, e);
        }
    }

    private synchronized OrtSession openSession() throws DeviceException {
        if (closed) {
            throw new DeviceException(DeviceException.Kind.INTERNAL, name + " is closed");
        }
        residency.enter(this);
        if (session == null) {
            try {
                session = opening.open();
            } catch (DeviceException | RuntimeException | Error e) {
                residency.leave(this);
                throw e;
            }
        }
        return session.session();
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

    /** Frees its memory until it is called again. */
    synchronized void closeSession() {
        bound.values().forEach(BoundInputs::close);
        bound.clear();
        if (session != null) {
            session.close();
            session = null;
        }
    }

    /** For good; no call may be running. */
    @Override
    public void close() {
        residency.leave(this);
        synchronized (this) {
            closed = true;
            closeSession();
        }
    }
}
