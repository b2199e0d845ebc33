package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import java.util.Arrays;

/** Channels of {@code [rows, channels, h, w]}. */
final class Channels {
    private Channels() {}

    /** Side by side. */
    static Tensor beside(Tensor left, Tensor right) {
        int[] shape = left.shape();
        shape[1] += right.dimension(1);
        Tensor both = Tensor.zeros(shape);
        for (int row = 0; row < left.rows(); row++) {
            int start = row * both.rowSize();
            System.arraycopy(left.data(), row * left.rowSize(), both.data(), start, left.rowSize());
            System.arraycopy(right.data(), row * right.rowSize(), both.data(), start + left.rowSize(), right.rowSize());
        }
        return both;
    }

    /** The first ones, without what follows them. */
    static Tensor first(Tensor tensor, int channels) {
        int[] shape = tensor.shape();
        int kept = tensor.rowSize() / shape[1] * channels;
        shape[1] = channels;
        Tensor first = Tensor.zeros(shape);
        for (int row = 0; row < tensor.rows(); row++) {
            float[] values = Arrays.copyOfRange(tensor.data(), row * tensor.rowSize(), row * tensor.rowSize() + kept);
            System.arraycopy(values, 0, first.data(), row * kept, kept);
        }
        return first;
    }
}
