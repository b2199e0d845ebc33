package io.darkroom.inference.device;

import ai.onnxruntime.OrtException;
import java.util.List;
import java.util.Locale;

/** A call that the device could not do. */
public final class DeviceException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Whether a smaller call might do. */
    public enum Kind {
        /** Too little memory for this call. */
        RESOURCES,
        /** What was to be added to a model does not fit it: another try gives the same. */
        UNFIT,
        /** Anything else: the model's fault, or ours. */
        INTERNAL
    }

    /** How ONNX Runtime and CUDA word it; the error code is the same as for other failures. */
    private static final List<String> OUT_OF_MEMORY = List.of(
            "failed to allocate memory",
            "out of memory",
            "bad allocation",
            "bad_alloc",
            "alloc_failed",
            "bfcarena",
            "cuda_error_out_of_memory");

    private final Kind kind;

    public DeviceException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public DeviceException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    static DeviceException of(String doing, OrtException cause) {
        String message = String.valueOf(cause.getMessage());
        String lower = message.toLowerCase(Locale.ROOT);
        Kind kind = OUT_OF_MEMORY.stream().anyMatch(lower::contains) ? Kind.RESOURCES : Kind.INTERNAL;
        return new DeviceException(kind, doing + ": " + message, cause);
    }

    public Kind kind() {
        return kind;
    }
}
