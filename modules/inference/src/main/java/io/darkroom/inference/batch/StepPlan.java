package io.darkroom.inference.batch;

import java.util.List;

/**
 * What goes into one UNet call: all that the network reads.
 *
 * @param unet the network
 * @param slices whose rows, in the order of the call; all of one shape
 */
public record StepPlan(UNet unet, List<Slice> slices) {
    /**
     * Some rows of one task.
     *
     * @param from first row
     * @param to behind the last row
     */
    public record Slice(UNetRows rows, int from, int to) {
        public int count() {
            return to - from;
        }
    }

    public StepPlan {
        slices = List.copyOf(slices);
        if (slices.isEmpty()) {
            throw new IllegalArgumentException("a step needs rows");
        }
    }

    /** Rows of the call. */
    public int rows() {
        return slices.stream().mapToInt(Slice::count).sum();
    }
}
