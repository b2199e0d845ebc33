package io.darkroom.inference.batch;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many rows of a shape the device was found to have memory for. What others held when memory was short may be free by now, so a
 * limit is tried one row higher after a while; where that fails it is longer until the next try.
 */
final class RowLimits {
    /** Shapes remembered; the one that was lowered first is forgotten, and at worst found again. */
    private static final int SHAPES = 64;

    private static final int FIRST_PATIENCE = 64;
    private static final int LONGEST_PATIENCE = 1 << 14;

    private final Map<RowShape, Limit> limits = new LinkedHashMap<>();

    /**
     * @param rows of a call, at most
     * @param before what it was before it was raised; 0 if it was not
     * @param calls with so many rows since
     * @param patience calls after which it is raised
     */
    private record Limit(int rows, int before, int calls, int patience) {
        Limit called(int withRows) {
            if (withRows < rows) {
                return this;
            }
            return calls + 1 < patience
                    ? new Limit(rows, before, calls + 1, patience)
                    : new Limit(rows + 1, rows, 0, patience);
        }

        Limit failed(int withRows) {
            int longer = Math.min(2 * patience, LONGEST_PATIENCE);
            boolean raised = before > 0 && withRows == rows && calls == 0;
            return raised
                    ? new Limit(before, 0, 0, longer)
                    : new Limit(Math.min(rows, Math.max(1, withRows / 2)), 0, 0, longer);
        }
    }

    int of(RowShape shape) {
        Limit limit = limits.get(shape);
        return limit == null ? Integer.MAX_VALUE : limit.rows();
    }

    /** A call of so many rows was made. */
    void called(RowShape shape, int rows) {
        limits.computeIfPresent(shape, (known, limit) -> limit.called(rows));
    }

    /** There was too little memory for a call of so many rows, 2 and more. */
    void failed(RowShape shape, int rows) {
        limits.compute(
                shape,
                (known, limit) -> limit == null ? new Limit(rows / 2, 0, 0, FIRST_PATIENCE) : limit.failed(rows));
        if (limits.size() > SHAPES) {
            limits.remove(limits.keySet().iterator().next());
        }
    }
}
