package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import java.util.List;

/** Arithmetic on text states {@code [1, tokens, width]}. */
final class States {
    private States() {}

    /** One text behind the other. */
    static Tensor behind(List<Tensor> parts) {
        Tensor rows = Tensor.concat(parts.stream()
                .map(part -> part.reshape(part.dimension(1), part.dimension(2)))
                .toList());
        return rows.reshape(1, rows.rows(), rows.dimension(1));
    }

    /** Two encoders' states of the same tokens side by side. */
    static Tensor beside(Tensor left, Tensor right) {
        int tokens = left.dimension(1);
        int leftWidth = left.dimension(2);
        int rightWidth = right.dimension(2);
        Tensor both = Tensor.zeros(1, tokens, leftWidth + rightWidth);
        for (int token = 0; token < tokens; token++) {
            int start = token * (leftWidth + rightWidth);
            System.arraycopy(left.data(), token * leftWidth, both.data(), start, leftWidth);
            System.arraycopy(right.data(), token * rightWidth, both.data(), start + leftWidth, rightWidth);
        }
        return both;
    }

    /** Filled up with the empty text's states, as often as it takes. */
    static Tensor filledTo(Tensor states, int tokens, Tensor empty) {
        Tensor filled = states;
        while (filled.dimension(1) < tokens) {
            filled = behind(List.of(filled, empty));
        }
        return filled;
    }

    /** {@code empty + (states - empty) * weight}, each token with its own weight. */
    static Tensor scaledByToken(Tensor states, Tensor empty, float[] weights) {
        Tensor scaled = Tensor.zeros(states.shape());
        int width = states.dimension(2);
        for (int i = 0; i < scaled.size(); i++) {
            float base = empty.data()[i];
            scaled.data()[i] = base + (states.data()[i] - base) * weights[i / width];
        }
        return scaled;
    }

    /** The weighted sum, in float32 as torch adds it up. */
    static Tensor mixed(List<Tensor> states, List<Double> weights, boolean normalized) {
        float sum = 0;
        for (double weight : weights) {
            sum += (float) weight;
        }
        Tensor mixed = Tensor.zeros(states.getFirst().shape());
        for (int i = 0; i < states.size(); i++) {
            float weight = weights.get(i).floatValue();
            mixed = mixed.plus(states.get(i).times(normalized ? weight / sum : weight));
        }
        return mixed;
    }
}
