package io.darkroom.inference.onnx;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;

/** What is changed in the file of a UNet, or of a ControlNet, when it is loaded. */
public final class UNetGraph {
    private static final String TIMESTEP = "timestep";
    private static final String SAMPLE = "sample";

    private UNetGraph() {}

    /**
     * The model with one timestep per row, for latents of any size, and with inputs for residuals, as far as its graph allows
     * that; empty if nothing was changed, or if the file is over a gibibyte.
     *
     * @param residuals how many it could take; 0 for a network that takes none
     */
    public static Optional<byte[]> rewrite(Path file, int residuals) throws IOException {
        return MappedFile.read(file, model -> {
            Optional<byte[]> sized = UpsampledSizes.rewrite(model);
            Optional<byte[]> perRow = PerRowTimestep.rewrite(
                            sized.map(MemorySegment::ofArray).orElse(model), TIMESTEP)
                    .or(() -> sized);
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
        return MappedFile.read(file, model -> Optional.of(ResidualInputs.places(model) == residuals - 1))
                .orElse(false);
    }

    /**
     * Whether the network, rewritten, takes latents of any height and width; else these must divide by {@code 2^(levels - 1)}.
     *
     * @param levels resolutions it works in
     */
    public static boolean takesAnySize(Path file, int levels) throws IOException {
        boolean rewritten = MappedFile.mayBeRewritten(file);
        return MappedFile.readOfAnySize(file, model -> {
                    int places = rewritten ? UpsampledSizes.places(model) : UpsampledSizes.placesAsItStands(model);
                    return Optional.of(places == levels - 1);
                })
                .orElse(false);
    }
}
