package io.darkroom.inference.onnx;

/** A file that is no ONNX model, or one that is damaged. */
public final class OnnxFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OnnxFormatException(String message) {
        super(message);
    }
}
