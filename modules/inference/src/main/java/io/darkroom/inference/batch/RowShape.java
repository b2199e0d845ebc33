package io.darkroom.inference.batch;

import io.darkroom.diffusion.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What rows must have in common to share a call: the network, and the shape of each input without
 * its rows.
 */
record RowShape(UNet unet, List<Integer> sample, Map<String, List<Integer>> conditions) {
    static RowShape of(UNetRows rows) {
        Map<String, List<Integer>> conditions = new TreeMap<>();
        rows.conditions().forEach((name, tensor) -> conditions.put(name, withoutRows(tensor)));
        return new RowShape(rows.unet(), withoutRows(rows.sample()), Map.copyOf(conditions));
    }

    private static List<Integer> withoutRows(Tensor tensor) {
        return Arrays.stream(tensor.shape()).skip(1).boxed().toList();
    }
}
