package io.darkroom.inference.onnx;

/**
 * The element types that inputs and outputs of diffusion models have; numbers as in ONNX's {@code
 * TensorProto}.
 */
public enum ElementType {
    FLOAT(1),
    INT32(6),
    INT64(7),
    FLOAT16(10),
    DOUBLE(11),
    /** Anything else. */
    OTHER(0);

    private final int code;

    ElementType(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static ElementType of(long code) {
        for (ElementType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        return OTHER;
    }

    /** Whether values may have a fraction. */
    public boolean isFloating() {
        return this == FLOAT || this == FLOAT16 || this == DOUBLE;
    }
}
