package io.darkroom.inference.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a ControlNet gives and a UNet adds. A ControlNet is trained as the copy of a UNet's way down, so the two fit if these
 * are equal.
 *
 * @param inChannels channels of the latents
 * @param crossAttentionWidth width of the text's states
 * @param channels of each residual: those of the way down in its order, then the middle's
 */
public record ResidualShape(int inChannels, int crossAttentionWidth, List<Integer> channels) {
    private static final int MOST_CHANNELS = 1 << 16;

    public ResidualShape {
        channels = List.copyOf(channels);
    }

    /** Reads it from the configuration of either. */
    static ResidualShape read(JsonFields config) throws ModelException {
        return new ResidualShape(
                config.integer("in_channels", 1, MOST_CHANNELS).orElse(4),
                config.integer("cross_attention_dim", 1, MOST_CHANNELS).orElse(1280),
                channels(config));
    }

    /** How many residuals there are. */
    public int count() {
        return channels.size();
    }

    /** The first one, then one for each layer, and one for each halving between the levels. */
    private static List<Integer> channels(JsonFields config) throws ModelException {
        int[] widths = widths(config);
        int[] layers = layers(config, widths.length);
        List<Integer> channels = new ArrayList<>();
        channels.add(widths[0]);
        for (int level = 0; level < widths.length; level++) {
            for (int layer = 0; layer < layers[level]; layer++) {
                channels.add(widths[level]);
            }
            if (level < widths.length - 1) {
                channels.add(widths[level]);
            }
        }
        channels.add(widths[widths.length - 1]);
        return channels;
    }

    private static int[] widths(JsonFields config) throws ModelException {
        int[] widths = config.wholeNumbers("block_out_channels", 1, MOST_CHANNELS);
        return widths.length == 0 ? new int[] {320, 640, 1280, 1280} : widths;
    }

    private static int[] layers(JsonFields config, int levels) throws ModelException {
        if (config.values().get("layers_per_block") instanceof List<?>) {
            return config.wholeNumbers("layers_per_block", 1, 16);
        }
        OptionalInt each = config.integer("layers_per_block", 1, 16);
        int[] layers = new int[levels];
        Arrays.fill(layers, each.orElse(2));
        return layers;
    }
}
