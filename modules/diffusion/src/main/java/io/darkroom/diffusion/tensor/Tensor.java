package io.darkroom.diffusion.tensor;

import java.util.Arrays;
import java.util.List;

/**
 * A dense float32 tensor: a shape and its values in row-major order.
 *
 * <p>Arithmetic is done eagerly, one operation after the other, each result rounded to float32.
 * This is how torch evaluates the same expression on the CPU, so code written with these methods in
 * the order of the reference gives the same bits. The first axis is called rows: one image of a
 * batch is one row.
 */
public final class Tensor {
    private final int[] shape;
    private final float[] data;

    private Tensor(float[] data, int[] shape) {
        this.shape = shape;
        this.data = data;
    }

    /**
     * A tensor over the given array, which it does not copy.
     *
     * @throws IllegalArgumentException if the array's length is not the product of the shape
     */
    public static Tensor of(float[] data, int... shape) {
        if (elements(shape) != data.length) {
            throw new IllegalArgumentException(
                    "shape " + Arrays.toString(shape) + " does not hold " + data.length + " values");
        }
        return new Tensor(data, shape.clone());
    }

    public static Tensor zeros(int... shape) {
        return new Tensor(new float[Math.toIntExact(elements(shape))], shape.clone());
    }

    /** Stacks along the first axis; all other axes must agree. */
    public static Tensor concat(List<Tensor> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("nothing to concatenate");
        }
        int[] shape = parts.getFirst().shape();
        int rows = 0;
        int values = 0;
        for (Tensor part : parts) {
            part.requireSameRow(parts.getFirst());
            rows += part.rows();
            values += part.data.length;
        }
        float[] joined = new float[values];
        int at = 0;
        for (Tensor part : parts) {
            System.arraycopy(part.data, 0, joined, at, part.data.length);
            at += part.data.length;
        }
        shape[0] = rows;
        return new Tensor(joined, shape);
    }

    public int[] shape() {
        return shape.clone();
    }

    public int dimension(int axis) {
        return shape[axis];
    }

    public int rank() {
        return shape.length;
    }

    /** The values themselves, not a copy: do not change them. */
    public float[] data() {
        return data;
    }

    public int size() {
        return data.length;
    }

    /** Length of the first axis. */
    public int rows() {
        return shape[0];
    }

    /** How many values one row holds. */
    public int rowSize() {
        return shape[0] == 0 ? 0 : data.length / shape[0];
    }

    /** Row {@code index} as a tensor of shape {@code [1, ...]}. */
    public Tensor row(int index) {
        return rows(index, index + 1);
    }

    /** Rows {@code from} (included) to {@code to} (excluded). */
    public Tensor rows(int from, int to) {
        if (from < 0 || to < from || to > rows()) {
            throw new IndexOutOfBoundsException("rows " + from + ".." + to + " of " + rows());
        }
        int[] sliced = shape.clone();
        sliced[0] = to - from;
        return new Tensor(Arrays.copyOfRange(data, from * rowSize(), to * rowSize()), sliced);
    }

    /** Channels {@code from} (included) to {@code to} (excluded): a slice along the second axis. */
    public Tensor channels(int from, int to) {
        if (from < 0 || to < from || to > dimension(1)) {
            throw new IndexOutOfBoundsException("channels " + from + ".." + to + " of " + dimension(1));
        }
        int channelSize = rowSize() / dimension(1);
        int[] sliced = shape.clone();
        sliced[1] = to - from;
        Tensor taken = zeros(sliced);
        for (int row = 0; row < rows(); row++) {
            int source = row * rowSize() + from * channelSize;
            System.arraycopy(data, source, taken.data, row * taken.rowSize(), taken.rowSize());
        }
        return taken;
    }

    /** Repeats the whole batch: {@code r0 r1 r0 r1} for two times. */
    public Tensor repeatRows(int times) {
        int[] repeated = shape.clone();
        repeated[0] *= times;
        float[] values = new float[data.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(data, 0, values, i * data.length, data.length);
        }
        return new Tensor(values, repeated);
    }

    /** Repeats each row in place: {@code r0 r0 r1 r1} for two times. */
    public Tensor interleaveRows(int times) {
        int[] repeated = shape.clone();
        repeated[0] *= times;
        float[] values = new float[data.length * times];
        int rowSize = rowSize();
        for (int i = 0; i < repeated[0]; i++) {
            System.arraycopy(data, (i / times) * rowSize, values, i * rowSize, rowSize);
        }
        return new Tensor(values, repeated);
    }

    /** The same values under another shape. */
    public Tensor reshape(int... newShape) {
        return of(data, newShape);
    }

    public Tensor plus(Tensor other) {
        requireSameShape(other);
        float[] sum = new float[data.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = data[i] + other.data[i];
        }
        return new Tensor(sum, shape);
    }

    public Tensor minus(Tensor other) {
        requireSameShape(other);
        float[] difference = new float[data.length];
        for (int i = 0; i < difference.length; i++) {
            difference[i] = data[i] - other.data[i];
        }
        return new Tensor(difference, shape);
    }

    public Tensor times(float factor) {
        float[] product = new float[data.length];
        for (int i = 0; i < product.length; i++) {
            product[i] = data[i] * factor;
        }
        return new Tensor(product, shape);
    }

    /** Element by element. */
    public Tensor times(Tensor other) {
        requireSameShape(other);
        float[] product = new float[data.length];
        for (int i = 0; i < product.length; i++) {
            product[i] = data[i] * other.data[i];
        }
        return new Tensor(product, shape);
    }

    public Tensor dividedBy(float divisor) {
        float[] quotient = new float[data.length];
        for (int i = 0; i < quotient.length; i++) {
            quotient[i] = data[i] / divisor;
        }
        return new Tensor(quotient, shape);
    }

    public Tensor clamp(float low, float high) {
        return map(value -> Math.min(Math.max(value, low), high));
    }

    public Tensor map(FloatFunction function) {
        float[] mapped = new float[data.length];
        for (int i = 0; i < mapped.length; i++) {
            mapped[i] = function.apply(data[i]);
        }
        return new Tensor(mapped, shape);
    }

    /** True if every value is finite. */
    public boolean isFinite() {
        for (float value : data) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    public boolean sameShapeAs(Tensor other) {
        return Arrays.equals(shape, other.shape);
    }

    @Override
    public String toString() {
        return "Tensor" + Arrays.toString(shape);
    }

    /** A function of one float32 value. */
    @FunctionalInterface
    public interface FloatFunction {
        float apply(float value);
    }

    private void requireSameShape(Tensor other) {
        if (!sameShapeAs(other)) {
            throw new IllegalArgumentException("shapes differ: " + this + " and " + other);
        }
    }

    private void requireSameRow(Tensor other) {
        if (rank() != other.rank() || !Arrays.equals(shape, 1, rank(), other.shape, 1, rank())) {
            throw new IllegalArgumentException("rows differ: " + this + " and " + other);
        }
    }

    private static long elements(int[] shape) {
        long product = 1;
        for (int length : shape) {
            if (length < 0) {
                throw new IllegalArgumentException("negative length in shape " + Arrays.toString(shape));
            }
            product = Math.multiplyExact(product, length);
        }
        return product;
    }
}
