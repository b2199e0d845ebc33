package io.darkroom.diffusion.guidance;

import io.darkroom.diffusion.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Classifier-free guidance: Ho and Salimans (arXiv:2207.12598), equation 6, in diffusers'
 * weighting.
 */
public final class Guidance {
    private Guidance() {}

    /**
     * {@code unconditional + scale * (conditional - unconditional)}.
     *
     * @param unconditional predictions for the negative prompts, {@code [n, ...]}
     * @param conditional predictions for the prompts, same shape
     * @param scale 1 gives the conditional prediction up to rounding; pipelines do not guide at 1
     *     or below
     */
    public static Tensor combine(Tensor unconditional, Tensor conditional, double scale) {
        return unconditional.plus(conditional.minus(unconditional).times((float) scale));
    }

    /**
     * Pulls a guided prediction back towards the spread of the conditional one, against
     * over-exposure: Lin et al. (arXiv:2305.08891), section 3.4.
     *
     * @param rescale how much of it, 0..1
     */
    public static Tensor rescale(Tensor guided, Tensor conditional, double rescale) {
        List<Tensor> rows = new ArrayList<>();
        for (int i = 0; i < guided.rows(); i++) {
            Tensor row = guided.row(i);
            float ratio = deviation(conditional.row(i)) / deviation(row);
            Tensor matched = row.times(ratio);
            rows.add(matched.times((float) rescale).plus(row.times((float) (1.0 - rescale))));
        }
        return Tensor.concat(rows);
    }

    /** The sample standard deviation over a whole row. */
    private static float deviation(Tensor row) {
        double sum = 0;
        for (float value : row.data()) {
            sum += value;
        }
        double mean = sum / row.size();
        double squares = 0;
        for (float value : row.data()) {
            squares += (value - mean) * (value - mean);
        }
        return (float) Math.sqrt(squares / (row.size() - 1));
    }
}
