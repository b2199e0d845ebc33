package io.darkroom.inference.device;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.darkroom.inference.onnx.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Native memory for one input of one shape, written anew for each call: the network reads it where
 * it lies.
 */
final class InputBuffer implements AutoCloseable {
    private final ElementType type;
    private final ByteBuffer memory;
    private final OnnxTensor tensor;

    InputBuffer(ElementType type, int[] shape) throws OrtException {
        this.type = type;
        long elements = Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
        this.memory = ByteBuffer.allocateDirect(Math.toIntExact(elements * bytes(type)))
                .order(ByteOrder.nativeOrder());
        long[] longShape = Arrays.stream(shape).asLongStream().toArray();
        this.tensor = OnnxTensor.createTensor(OnnxEnvironment.get(), memory, longShape, javaType(type));
    }

    OnnxTensor tensor() {
        return tensor;
    }

    /** Writes values from element {@code at} on. */
    void put(int at, float[] values, int from, int count) {
        switch (type) {
            case FLOAT -> memory.asFloatBuffer().put(at, values, from, count);
            case FLOAT16 -> {
                for (int i = 0; i < count; i++) {
                    memory.putShort((at + i) * Short.BYTES, Float.floatToFloat16(values[from + i]));
                }
            }
            case DOUBLE -> {
                for (int i = 0; i < count; i++) {
                    memory.putDouble((at + i) * Double.BYTES, values[from + i]);
                }
            }
            case INT64, INT32 -> {
                for (int i = 0; i < count; i++) {
                    put(at + i, (long) values[from + i]);
                }
            }
            case OTHER -> throw new IllegalStateException("no such input can be made");
        }
    }

    /** Writes one whole number. */
    void put(int at, long value) {
        switch (type) {
            case INT64 -> memory.putLong(at * Long.BYTES, value);
            case INT32 -> memory.putInt(at * Integer.BYTES, Math.toIntExact(value));
            default -> put(at, new float[] {value}, 0, 1);
        }
    }

    @Override
    public void close() {
        tensor.close();
    }

    private static int bytes(ElementType type) {
        return switch (type) {
            case FLOAT, INT32 -> 4;
            case FLOAT16 -> 2;
            case INT64, DOUBLE -> 8;
            case OTHER -> throw new IllegalArgumentException("an input of a type that is not supported");
        };
    }

    private static OnnxJavaType javaType(ElementType type) {
        return switch (type) {
            case FLOAT -> OnnxJavaType.FLOAT;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case DOUBLE -> OnnxJavaType.DOUBLE;
            case INT64 -> OnnxJavaType.INT64;
            case INT32 -> OnnxJavaType.INT32;
            case OTHER -> OnnxJavaType.UNKNOWN;
        };
    }
}
