package io.darkroom.artifacts;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * One tensor of a safetensors file.
 *
 * @param shape sizes of its axes, outermost first; empty for a single number
 * @param data its elements, row-major and little-endian, from position to limit
 */
public record SafeTensor(TensorType type, List<Integer> shape, ByteBuffer data) {
    public SafeTensor {
        shape = List.copyOf(shape);
        data = data.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        long bytes = bytesOf(type, shape);
        if (bytes != data.remaining()) {
            throw new IllegalArgumentException(
                    "a tensor " + type + shape + " has " + bytes + " bytes, not " + data.remaining());
        }
    }

    private static long bytesOf(TensorType type, List<Integer> shape) {
        long bytes = type.bytes();
        for (int size : shape) {
            if (size < 0) {
                throw new IllegalArgumentException("a tensor's axis has no negative size: " + shape);
            }
            if (size != 0 && bytes > Long.MAX_VALUE / size) {
                throw new IllegalArgumentException("a tensor of shape " + shape + " is too large");
            }
            bytes *= size;
        }
        return bytes;
    }

    /** A tensor of single precision. */
    public static SafeTensor ofFloats(float[] values, int... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return new SafeTensor(TensorType.F32, boxed(shape), bytes);
    }

    /**
     * A tensor of half precision; values are rounded to the nearest, those beyond 65504 become
     * infinite.
     */
    public static SafeTensor ofHalves(float[] values, int... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 2).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putShort(Float.floatToFloat16(value));
        }
        return new SafeTensor(TensorType.F16, boxed(shape), bytes.flip());
    }

    private static List<Integer> boxed(int... shape) {
        return Arrays.stream(shape).boxed().toList();
    }

    public int[] dimensions() {
        return shape.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * The elements as floats.
     *
     * @throws IllegalStateException unless they are F32, F16 or BF16, which fit
     */
    public float[] floats() {
        ByteBuffer in = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        float[] out = new float[in.remaining() / type.bytes()];
        for (int i = 0; i < out.length; i++) {
            out[i] = switch (type) {
                case F32 -> in.getFloat();
                case F16 -> Float.float16ToFloat(in.getShort());
                case BF16 -> Float.intBitsToFloat(in.getShort() << 16);
                default -> throw new IllegalStateException("elements of type " + type + " are no floats");
            };
        }
        return out;
    }
}
