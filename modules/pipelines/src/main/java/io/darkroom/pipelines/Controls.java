package io.darkroom.pipelines;

import java.util.List;

/**
 * The ControlNets of a stage, whose residuals are added up.
 *
 * @param nets in the request's order; none for an ordinary stage
 * @param guessMode whether they guide without a prompt: with guidance only the conditional rows, and the deeper a residual
 *     lies, the more it counts, from a tenth to the whole (Zhang et al., arXiv:2302.05543, section 3.4)
 */
public record Controls(List<Control> nets, boolean guessMode) {
    /** An ordinary stage. */
    public static final Controls NONE = new Controls(List.of(), false);

    public Controls {
        nets = List.copyOf(nets);
    }

    boolean isEmpty() {
        return nets.isEmpty();
    }

    /** Whether unconditional rows are left alone. One that gives means over the picture is always used so. */
    boolean conditionalOnly() {
        return guessMode || nets.getFirst().model().globalPool();
    }

    /** What a residual's scale is multiplied by. */
    float weight(Control net, int residual, int residuals) {
        return conditionalOnly() && !net.model().globalPool()
                ? (float) Math.pow(10, -1 + residual / (double) (residuals - 1))
                : 1;
    }
}
