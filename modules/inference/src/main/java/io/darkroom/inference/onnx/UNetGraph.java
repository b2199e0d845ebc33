package io.darkroom.inference.onnx;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** What is changed in the file of a UNet, or of a ControlNet, when it is loaded. */
public final class UNetGraph {
    /** A file beyond this keeps its weights inside; it is not worth holding it in memory twice. */
    private static final long MAX_FILE_BYTES = 1L << 30;

    private static final String TIMESTEP = "timestep";
    private static final String SAMPLE = "sample";

    private UNetGraph() {}

    /**
     * The model with one timestep per row and inputs for residuals, as far as its graph allows that; empty if nothing was
     * changed, or if the file is over a gibibyte.
     *
     * @param residuals how many it could take; 0 for a network that takes none
     */
    public static Optional<byte[]> rewrite(Path file, int residuals) throws IOException {
        return mapped(file, model -> {
            Optional<byte[]> perRow = PerRowTimestep.rewrite(model, TIMESTEP);
            if (residuals == 0) {
                return perRow;
            }
            MemorySegment before = perRow.map(MemorySegment::ofArray).orElse(model);
            ElementType type =
                    OnnxGraph.read(before).input(SAMPLE).map(TensorPort::type).orElse(ElementType.FLOAT);
            return ResidualInputs.rewrite(before, residuals, type).or(() -> perRow);
        });
    }

    /** Whether residuals could be added in as many places. */
    public static boolean showsPlaces(Path file, int residuals) throws IOException {
        return mapped(file, model -> Optional.of(ResidualInputs.places(model) == residuals - 1))
                .orElse(false);
    }

    private interface Reading<T> {
        Optional<T> of(MemorySegment model);
    }

    private static <T> Optional<T> mapped(Path file, Reading<T> reading) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            long size = channel.size();
            return size > MAX_FILE_BYTES
                    ? Optional.empty()
                    : reading.of(channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena));
        }
    }
}
