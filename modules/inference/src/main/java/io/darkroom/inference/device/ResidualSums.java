package io.darkroom.inference.device;

import io.darkroom.diffusion.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The residuals of several ControlNets, scaled and added up for the rows of one UNet call; 0 for rows without any. */
final class ResidualSums {
    private final int rows;
    private final List<Tensor> sums = new ArrayList<>();

    /**
     * @param rows of the UNet's call
     */
    ResidualSums(int rows) {
        this.rows = rows;
    }

    /** What a row's residual is multiplied by. */
    static float scale(LoadedControlNet.Row row, int column) {
        Tensor scales = row.rows().conditions().get(ControlConditions.SCALES);
        return scales.data()[row.index() * scales.rowSize() + column];
    }

    /**
     * Adds what one ControlNet gave.
     *
     * @param residual which of them; called in their order the first time
     * @param values {@code [some rows, channels, h, w]}, or {@code [some rows, channels, 1, 1]} for means over the picture
     * @param of the rows that these are for
     * @param column of their scales
     */
    void add(int residual, Tensor values, List<LoadedControlNet.Row> of, int column) {
        if (residual == sums.size()) {
            int[] shape = values.shape();
            shape[0] = rows;
            sums.add(Tensor.zeros(shape));
        }
        Tensor sum = spread(sums.get(residual), values);
        sums.set(residual, sum);
        Tensor spread = spread(values, sum);
        for (int i = 0; i < of.size(); i++) {
            float scale = scale(of.get(i), column);
            int from = i * spread.rowSize();
            int to = of.get(i).position() * sum.rowSize();
            for (int element = 0; element < sum.rowSize(); element++) {
                sum.data()[to + element] += spread.data()[from + element] * scale;
            }
        }
    }

    /** In the order of the residuals; empty if nothing was added. */
    List<Tensor> all() {
        return List.copyOf(sums);
    }

    /** Means over the picture, one value a channel, as large as the other's. */
    private static Tensor spread(Tensor values, Tensor other) {
        int area = other.dimension(2) * other.dimension(3);
        if (values.dimension(2) * values.dimension(3) != 1 || area == 1) {
            return values;
        }
        Tensor large = Tensor.zeros(values.rows(), values.dimension(1), other.dimension(2), other.dimension(3));
        for (int i = 0; i < large.size(); i++) {
            large.data()[i] = values.data()[i / area];
        }
        return large;
    }
}
