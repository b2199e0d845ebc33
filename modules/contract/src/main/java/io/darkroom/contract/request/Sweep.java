package io.darkroom.contract.request;

import java.util.List;

/**
 * The lists of values that a stage is run with, once for each place in them. Where both are given they have the same length and
 * go together; an empty one is none.
 */
public record Sweep(List<Double> strengths, List<Double> guidanceScales) {
    public Sweep {
        strengths = List.copyOf(strengths);
        guidanceScales = List.copyOf(guidanceScales);
    }

    /** How often the stage is run. */
    public int runs() {
        return Math.max(1, Math.max(strengths.size(), guidanceScales.size()));
    }
}
