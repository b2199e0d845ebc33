package io.darkroom.bench;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.darkroom.inference.device.OnnxEnvironment;
import io.darkroom.inference.model.Component;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.inference.onnx.ResidualInputs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The network calls of one guided text-to-image job and nothing else: sessions and inputs are made
 * once, results are dropped. What a pipeline takes longer than this is its own.
 */
final class BareCalls implements AutoCloseable {
    /** The unconditional and the conditional row. */
    private static final int ROWS = 2;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Call textEncoder;
    private final Call unet;
    private final Call vaeDecoder;

    private record Call(OrtSession session, Map<String, OnnxTensor> inputs) {
        void run() throws OrtException {
            session.run(inputs).close();
        }
    }

    BareCalls(ModelFolder model, int threads) throws OrtException {
        int height = model.unetShape().defaultHeight();
        int width = model.unetShape().defaultWidth();
        int tokens = model.texts().getFirst().positions();
        this.textEncoder =
                call(model.texts().getFirst().encoder(), threads, ROWS, Map.of("input_ids", new long[] {ROWS, tokens}));
        this.unet = call(
                model.unet(),
                threads,
                ROWS,
                Map.of(
                        "sample",
                        new long[] {ROWS, model.latentChannels(), height, width},
                        "encoder_hidden_states",
                        new long[] {
                            ROWS,
                            tokens,
                            model.unet()
                                    .graph()
                                    .input("encoder_hidden_states")
                                    .orElseThrow()
                                    .dimension(2)
                        }));
        this.vaeDecoder = call(model.vaeDecoder(), threads, 1, Map.of("latent_sample", new long[] {
            1, model.latentChannels(), height, width
        }));
    }

    /** One text encoding, so many UNet calls, one decoding. */
    void run(int steps) throws OrtException {
        textEncoder.run();
        for (int i = 0; i < steps; i++) {
            unet.run();
        }
        vaeDecoder.run();
    }

    private Call call(Component component, int threads, int rows, Map<String, long[]> shapes) throws OrtException {
        OrtEnvironment environment = OnnxEnvironment.get();
        try (OrtSession.SessionOptions options = OnnxEnvironment.options()) {
            options.setIntraOpNumThreads(threads);
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            OrtSession session = environment.createSession(component.file().toString(), options);
            open.add(session);
            Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
            for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
                TensorInfo info = (TensorInfo) input.getValue().getInfo();
                OnnxTensor tensor =
                        input(info.type, shapes.getOrDefault(input.getKey(), shapeOf(input.getKey(), info, rows)));
                open.add(tensor);
                inputs.put(input.getKey(), tensor);
            }
            return new Call(session, inputs);
        }
    }

    /** A graph that takes a ControlNet's residuals is given one number for each, as where there is no ControlNet. */
    private static long[] shapeOf(String name, TensorInfo info, int rows) {
        if (ResidualInputs.isOne(name)) {
            return new long[] {1, 1, 1, 1};
        }
        return info.getShape().length == 0 ? new long[0] : new long[] {rows};
    }

    /** Ones: the values do not change how long a call takes. */
    private static OnnxTensor input(OnnxJavaType type, long[] shape) throws OrtException {
        int elements = 1;
        for (long size : shape) {
            elements = Math.multiplyExact(elements, Math.toIntExact(size));
        }
        ByteBuffer memory = ByteBuffer.allocateDirect(elements * type.size).order(ByteOrder.nativeOrder());
        for (int i = 0; i < elements; i++) {
            switch (type) {
                case FLOAT -> memory.putFloat(1.0f);
                case FLOAT16 -> memory.putShort(Float.floatToFloat16(1.0f));
                case INT64 -> memory.putLong(1);
                case INT32 -> memory.putInt(1);
                default -> throw new IllegalArgumentException("an input of type " + type);
            }
        }
        return OnnxTensor.createTensor(OnnxEnvironment.get(), memory.flip(), shape, type);
    }

    @Override
    public void close() {
        for (AutoCloseable resource : open.reversed()) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new IllegalStateException("a session or its inputs cannot be closed", e);
            }
        }
    }
}
