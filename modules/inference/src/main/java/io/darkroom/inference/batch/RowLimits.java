package io.darkroom.inference.batch;

import java.util.LinkedHashMap;
import java.util.Map;

/** How many rows of a shape the device was found to have memory for. */
final class RowLimits {
    /** Shapes remembered; the one that was lowered first is forgotten, and at worst found again. */
    private static final int SHAPES = 64;

    private final Map<RowShape, Integer> limits = new LinkedHashMap<>();

    int of(RowShape shape) {
        return limits.getOrDefault(shape, Integer.MAX_VALUE);
    }

    void lower(RowShape shape, int rows) {
        limits.merge(shape, Math.max(1, rows), Math::min);
        if (limits.size() > SHAPES) {
            limits.remove(limits.keySet().iterator().next());
        }
    }
}
