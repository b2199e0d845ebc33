package io.darkroom.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.darkroom.inference.device.OnnxEnvironment;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Against a small network whose weights are stored as the exporter's {@code --weights int8} does. */
class WeightsTest {
    private static final OrtEnvironment ENVIRONMENT = OnnxEnvironment.get();
    private static final Path NOWHERE = Path.of("");

    @Test
    void layersAreFoundHoweverTheirWeightsAreStored() throws Exception {
        assertThat(Weights.places(network()))
                .containsExactlyInAnyOrder(
                        new WeightPlace("conv", "conv.weight", 64, 72, false),
                        new WeightPlace("many", "onnx::MatMul_28", 72, 64, true),
                        new WeightPlace("one", "one.weight", 64, 72, false),
                        new WeightPlace("small", "small.weight", 24, 64, false));
    }

    @Test
    void aNetworkGivenItsOwnWeightsComputesWhatItDidBefore() throws Exception {
        MemorySegment network = network();
        Set<String> names =
                Weights.places(network).stream().map(WeightPlace::initializer).collect(Collectors.toSet());
        Map<String, Weights.Values> values = Weights.read(network, NOWHERE, names);
        assertThat(values.values())
                .allSatisfy(weights -> assertThat(weights.halves()).isFalse());
        assertThat(run(Weights.left(network, names), values)).containsExactly(run(bytes(), Map.of()));
    }

    @Test
    void aChangedWeightChangesWhatComesOut() throws Exception {
        MemorySegment network = network();
        Map<String, Weights.Values> values = Weights.read(network, NOWHERE, Set.of("one.weight"));
        values.get("one.weight").values()[0] += 1;
        float[] changed = run(Weights.left(network, values.keySet()), values);
        assertThat(changed).isNotEqualTo(run(bytes(), Map.of()));
    }

    private static float[] run(byte[] network, Map<String, Weights.Values> given) throws OrtException {
        Map<String, OnnxTensorLike> tensors = new HashMap<>();
        try (OrtSession.SessionOptions options = OnnxEnvironment.options();
                OnnxTensor sample = tensor(noise(2 * 8 * 4 * 4), 2, 8, 4, 4)) {
            for (Map.Entry<String, Weights.Values> weights : given.entrySet()) {
                long[] shape = weights.getValue().shape().stream()
                        .mapToLong(Long::longValue)
                        .toArray();
                tensors.put(weights.getKey(), tensor(weights.getValue().values(), shape));
            }
            options.addExternalInitializers(tensors);
            try (OrtSession session = ENVIRONMENT.createSession(network, options);
                    OrtSession.Result result = session.run(Map.of("sample", sample))) {
                FloatBuffer out = ((OnnxTensor) result.get(0)).getFloatBuffer();
                float[] values = new float[out.remaining()];
                out.get(values);
                return values;
            }
        } finally {
            tensors.values().forEach(OnnxTensorLike::close);
        }
    }

    private static OnnxTensor tensor(float[] values, long... shape) throws OrtException {
        return OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.wrap(values), shape);
    }

    private static float[] noise(int count) {
        Random random = new Random(5);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static MemorySegment network() throws IOException {
        return MemorySegment.ofArray(bytes());
    }

    private static byte[] bytes() throws IOException {
        try (var stream = WeightsTest.class.getResourceAsStream("stored-weights.onnx")) {
            return stream.readAllBytes();
        }
    }
}
