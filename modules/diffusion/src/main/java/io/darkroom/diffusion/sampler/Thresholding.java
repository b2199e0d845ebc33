package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Keeps a predicted clean sample in range: dynamic thresholding (Saharia et al., "Imagen",
 * arXiv:2205.11487, section 2.3), else clipping to a fixed range, else nothing, as the
 * configuration says.
 */
final class Thresholding {
    private final boolean dynamic;
    private final float ratio;
    private final float largest;
    private final boolean clip;
    private final float range;

    private Thresholding(boolean dynamic, float ratio, float largest, boolean clip, float range) {
        this.dynamic = dynamic;
        this.ratio = ratio;
        this.largest = largest;
        this.clip = clip;
        this.range = range;
    }

    static Thresholding of(SamplerConfig config) {
        boolean dynamic = config.isOn("thresholding");
        boolean clip = config.isOn("clip_sample");
        return new Thresholding(
                dynamic,
                dynamic ? (float) config.number("dynamic_thresholding_ratio") : 1,
                dynamic ? (float) config.number("sample_max_value") : 1,
                clip,
                clip ? (float) config.number("clip_sample_range") : 1);
    }

    static Thresholding none() {
        return new Thresholding(false, 1, 1, false, 1);
    }

    boolean isDynamic() {
        return dynamic;
    }

    boolean isUnbounded() {
        return !dynamic && !clip;
    }

    Tensor apply(Tensor clean) {
        if (dynamic) {
            List<Tensor> rows = new ArrayList<>();
            for (int i = 0; i < clean.rows(); i++) {
                rows.add(applyToRow(clean.row(i)));
            }
            return Tensor.concat(rows);
        }
        return clip ? clean.clamp(-range, range) : clean;
    }

    private Tensor applyToRow(Tensor row) {
        float quantile = quantile(row.map(Math::abs).data());
        float limit = Math.max(1.0f, quantile);
        // torch.clamp: where the bounds cross, the upper one wins
        float bound = Math.min(limit, largest);
        return row.clamp(-bound, bound).dividedBy(bound);
    }

    /** {@code torch.quantile}: linear between the two nearest ranks, in float32. */
    private float quantile(float[] values) {
        Arrays.sort(values);
        float rank = ratio * (values.length - 1);
        int below = (int) Math.floor(rank);
        int above = (int) Math.ceil(rank);
        float weight = rank - below;
        float gap = values[above] - values[below];
        return weight < 0.5f ? Math.fma(weight, gap, values[below]) : Math.fma(-(1.0f - weight), gap, values[above]);
    }
}
