package io.darkroom.inference.model;

import io.darkroom.inference.onnx.ElementType;
import io.darkroom.inference.onnx.TensorPort;
import io.darkroom.inference.onnx.UNetGraph;
import java.io.IOException;
import java.util.OptionalInt;

/**
 * What the UNet takes.
 *
 * @param inChannels channels of {@code sample}
 * @param outChannels channels of its prediction
 * @param defaultHeight latents' height for which it was made
 * @param defaultWidth latents' width
 * @param levels resolutions it works in
 * @param anySize whether latents may have any height and width; else these must divide by {@code 2^(levels - 1)}
 * @param timeCondChannels size of {@code timestep_cond}, where there is one
 * @param timestepType type of {@code timestep}: an integer one takes no fractions
 * @param layersPerBlock of each of its resolutions
 */
public record UNetShape(
        int inChannels,
        int outChannels,
        int defaultHeight,
        int defaultWidth,
        int levels,
        boolean anySize,
        OptionalInt timeCondChannels,
        ElementType timestepType,
        int layersPerBlock) {
    static UNetShape read(FolderFiles files, Component unet) throws ModelException {
        JsonFields config = JsonFields.read(files, "unet/config.json");
        TensorPort sample = unet.input("sample");
        unet.requireFloating(sample);
        unet.input(unet.graph().input("image_embeds").isPresent() ? "image_embeds" : "encoder_hidden_states");
        TensorPort timestep = unet.input("timestep");
        if (timestep.type() == ElementType.OTHER) {
            throw new ModelException("unet/model.onnx: timestep must hold FLOAT, FLOAT16, INT64 or INT32");
        }
        int inChannels = channels(sample, config.integer("in_channels", 1, 4096).orElse(4));
        int outChannels = channels(
                unet.output("out_sample"),
                config.integer("out_channels", 1, 4096).orElse(4));
        int[] size = config.size("sample_size", 64);
        int levels = config.length("block_out_channels").orElse(4);
        OptionalInt timeCond = unet.graph().input("timestep_cond").isPresent()
                ? OptionalInt.of((int) unet.input("timestep_cond").dimension(1))
                : OptionalInt.empty();
        return new UNetShape(
                inChannels,
                outChannels,
                size[0],
                size[1],
                levels,
                takesAnySize(unet, levels),
                timeCond,
                timestep.type(),
                config.isList("layers_per_block")
                        ? 2
                        : config.integer("layers_per_block", 1, 64).orElse(2));
    }

    /** What latents' height and width must divide by. */
    public int latentStep() {
        return anySize ? 1 : 1 << (levels - 1);
    }

    private static boolean takesAnySize(Component unet, int levels) throws ModelException {
        try {
            return UNetGraph.takesAnySize(unet.file(), levels);
        } catch (IOException e) {
            throw new ModelException(unet.name() + "/" + Component.FILE + ": cannot be read", e);
        }
    }

    private static int channels(TensorPort port, int otherwise) {
        return port.dimension(1) > 0 ? (int) port.dimension(1) : otherwise;
    }
}
