package io.darkroom.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.darkroom.inference.device.OnnxEnvironment;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against torch, for the forms in which the exporter stores embeddings ({@code golden/open_text_encoders.py}). */
class StoredEmbeddingsTest {
    private static final OrtEnvironment ENVIRONMENT = OnnxEnvironment.get();
    private static final int WIDTH = 16;
    private static final int TOKENS = 5;

    /** 400 and 401 are beyond the vocabulary. */
    private static final long[] IDS = {0, 7, 400, 5, 399, 0, 401, 6, 8, 399};

    @ParameterizedTest
    @ValueSource(strings = {"text-encoder-half", "text-encoder-sparse"})
    void aLearnedTokenIsReadBesideTheVocabularyHoweverTheTableIsStored(String name) throws Exception {
        float[] golden = floats(file(name + ".f32"));
        FloatBuffer added = FloatBuffer.wrap(golden, 0, 2 * WIDTH);
        FloatBuffer expected = FloatBuffer.wrap(golden, 2 * WIDTH, IDS.length * WIDTH);

        float[] states = run(OpenTextEncoder.rewrite(file(name + ".onnx")).orElseThrow(), added);

        for (float state : states) {
            assertThat(state).isCloseTo(expected.get(), within(2e-5f));
        }
        assertThat(expected.hasRemaining()).isFalse();
    }

    private static float[] run(byte[] network, FloatBuffer added) throws OrtException {
        long rows = IDS.length / TOKENS;
        try (OrtSession session = ENVIRONMENT.createSession(network);
                OnnxTensor ids = OnnxTensor.createTensor(ENVIRONMENT, LongBuffer.wrap(IDS), new long[] {rows, TOKENS});
                OnnxTensor shown = OnnxTensor.createTensor(
                        ENVIRONMENT, FloatBuffer.allocate(IDS.length), new long[] {rows, 1, 1, TOKENS});
                OnnxTensor learned = OnnxTensor.createTensor(ENVIRONMENT, added.slice(), new long[] {2, WIDTH});
                OrtSession.Result result = session.run(Map.of(
                        "input_ids",
                        ids,
                        OpenTextEncoder.TOKEN_BIAS,
                        shown,
                        OpenTextEncoder.ADDED_EMBEDDINGS,
                        learned))) {
            FloatBuffer out = ((OnnxTensor) result.get("last_hidden_state").orElseThrow()).getFloatBuffer();
            float[] values = new float[out.remaining()];
            out.get(values);
            return values;
        }
    }

    private static float[] floats(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    private static Path file(String name) throws URISyntaxException {
        return Path.of(StoredEmbeddingsTest.class.getResource(name).toURI());
    }
}
