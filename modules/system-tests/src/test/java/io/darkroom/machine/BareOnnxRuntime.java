package io.darkroom.machine;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

/** ONNX Runtime as its users get it, with nothing switched off: what the recorder has to find. */
final class BareOnnxRuntime {

    private BareOnnxRuntime() {}

    public static void main(String[] arguments) throws OrtException, InterruptedException {
        try (OrtSession _ = OrtEnvironment.getEnvironment().createSession(arguments[0])) {
            // until it is killed
            Thread.currentThread().join();
        }
    }
}
