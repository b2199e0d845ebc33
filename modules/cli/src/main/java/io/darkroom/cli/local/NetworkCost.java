package io.darkroom.cli.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a network's evaluation is expected to take for a pixel, from the size of its files: what it has to be multiplied with
 * has to be read at least.
 */
final class NetworkCost {
    /** Of Stable Diffusion 1.5's UNet: 860 million weights as float32. */
    private static final double REFERENCE_BYTES = 3.44e9;

    private static final double LEAST = 1e-4;
    private static final double MOST = 1000;

    private NetworkCost() {}

    /** As a multiple of Stable Diffusion 1.5's; empty if there is no such folder. */
    static Optional<Double> of(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        double cost = Math.clamp(ModelFolders.bytes(folder) / REFERENCE_BYTES, LEAST, MOST);
        // Four digits are more than it is worth; the same folder gives the same entry.
        return Optional.of(Math.round(cost * 1e4) / 1e4);
    }
}
