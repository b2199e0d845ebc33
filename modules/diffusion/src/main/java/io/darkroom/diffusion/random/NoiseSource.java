package io.darkroom.diffusion.random;

import io.darkroom.diffusion.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/** Where a pipeline and its sampler take Gaussian noise from, in the order in which they ask. */
public interface NoiseSource {
    /** Standard normal values of shape {@code [rows, ...]}. */
    Tensor draw(int... shape);

    /** One generator draws the whole batch as one tensor, as diffusers does for a single seed. */
    static NoiseSource single(TorchGenerator generator) {
        return generator::randn;
    }

    /**
     * Each row is drawn as {@code [1, ...]} from its own generator, as diffusers does for a list of
     * seeds; so a row's noise does not depend on the rest of the batch. Fewer rows than seeds are
     * drawn from the first ones.
     */
    static NoiseSource perRow(List<TorchGenerator> generators) {
        List<TorchGenerator> own = List.copyOf(generators);
        return shape -> {
            if (shape[0] > own.size()) {
                throw new IllegalArgumentException(shape[0] + " rows wanted from " + own.size() + " generators");
            }
            int[] rowShape = shape.clone();
            rowShape[0] = 1;
            return Tensor.concat(IntStream.range(0, shape[0])
                    .mapToObj(i -> own.get(i).randn(rowShape))
                    .toList());
        };
    }
}
