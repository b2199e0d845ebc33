package io.darkroom.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.darkroom.inference.device.OnnxEnvironment;
import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a table of embeddings of which few rows are not zero, as the exporter writes it; others are held to diffusers' pictures. */
class OpenTextEncoderTest {
    private static final Path BUNDLED = Path.of("../models/target/bundled/tiny-emoji/text_encoder/model.onnx");
    private static final int WORDS = 4;
    private static final long START = 49406;
    private static final long END = 49407;
    private static final long BEYOND = 49408;

    /** No caption has it, so its embedding in the bundled table is zero. */
    private static final long UNUSED = 20_000;

    private final OrtEnvironment environment = OnnxEnvironment.get();

    @Test
    void tokensOfTheVocabularyAreReadAsBefore() throws Exception {
        byte[] opened = OpenTextEncoder.rewrite(BUNDLED).orElseThrow();

        float[] before = states(Files.readAllBytes(BUNDLED), START, 320, 3240, END);

        assertThat(states(opened, filled(width(opened), 1), START, 320, 3240, END))
                .isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(floats = {0, 1})
    void aTokenBeyondTheVocabularyHasTheAddedEmbedding(float value) throws Exception {
        byte[] opened = OpenTextEncoder.rewrite(BUNDLED).orElseThrow();
        float[] added = filled(width(opened), value);

        float[] withAdded = states(opened, added, START, 320, BEYOND, END);
        float[] withUnused = states(opened, added, START, 320, UNUSED, END);

        assertThat(Arrays.equals(withAdded, withUnused)).isEqualTo(value == 0);
    }

    private float[] states(byte[] model, long... ids) throws Exception {
        return states(model, new float[0], ids);
    }

    private float[] states(byte[] model, float[] added, long... ids) throws Exception {
        try (OrtSession session = environment.createSession(model);
                OnnxTensor tokens = OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), new long[] {1, WORDS});
                OnnxTensor bias = OnnxTensor.createTensor(
                        environment, FloatBuffer.wrap(new float[WORDS]), new long[] {1, 1, 1, WORDS});
                OnnxTensor embeddings = OnnxTensor.createTensor(
                        environment, FloatBuffer.wrap(added), new long[] {Math.min(1, added.length), added.length})) {
            Map<String, OnnxTensor> inputs = new HashMap<>(Map.of("input_ids", tokens));
            if (added.length > 0) {
                inputs.put(OpenTextEncoder.TOKEN_BIAS, bias);
                inputs.put(OpenTextEncoder.ADDED_EMBEDDINGS, embeddings);
            }
            try (OrtSession.Result result = session.run(inputs)) {
                OnnxTensor states = (OnnxTensor) result.get("last_hidden_state").orElseThrow();
                float[] values = new float[states.getFloatBuffer().remaining()];
                states.getFloatBuffer().get(values);
                return values;
            }
        }
    }

    private static int width(byte[] opened) throws Exception {
        return OnnxGraph.read(MemorySegment.ofArray(opened))
                .input(OpenTextEncoder.ADDED_EMBEDDINGS)
                .orElseThrow()
                .shape()
                .get(1)
                .intValue();
    }

    private static float[] filled(int width, float value) {
        float[] vector = new float[width];
        Arrays.fill(vector, value);
        return vector;
    }
}
