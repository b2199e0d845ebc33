package io.darkroom.architecture.breaches.pipelines;

import ai.onnxruntime.OrtEnvironment;

/** Loads ONNX Runtime by itself, with its telemetry on. */
final class LoadsOnnxRuntime {
    private LoadsOnnxRuntime() {}

    static String version() {
        return OrtEnvironment.getEnvironment().getVersion();
    }
}
