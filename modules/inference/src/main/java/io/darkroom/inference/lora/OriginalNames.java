package io.darkroom.inference.lora;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SDXL's modules in the names of Stability's own repository, which kohya's scripts write for it, as diffusers calls them:
 * {@code input_blocks_4_1_...} is {@code down_blocks_1_attentions_0_...} where blocks have two layers. On the way up a block has
 * one layer more, and its upsampler stands behind the last one.
 */
final class OriginalNames {
    private static final Pattern BLOCK = Pattern.compile("(input|output)_blocks_([0-9]+)_([0-9])_(.*)");
    private static final Pattern MIDDLE = Pattern.compile("middle_block_([0-2])_(.*)");
    private static final List<String> MIDDLES = List.of("resnets_0", "attentions_0", "resnets_1");

    private static final Map<String, String> RESNET = Map.of(
            "in_layers_2", "conv1",
            "emb_layers_1", "time_emb_proj",
            "out_layers_3", "conv2",
            "skip_connection", "conv_shortcut");

    private static final Map<String, String> OUTSIDE = Map.of(
            "time_embed_0", "time_embedding_linear_1",
            "time_embed_2", "time_embedding_linear_2",
            "label_emb_0_0", "add_embedding_linear_1",
            "label_emb_0_2", "add_embedding_linear_2",
            "input_blocks_0_0", "conv_in",
            "out_2", "conv_out");

    private final int layers;

    /**
     * @param layers of each block of the UNet
     */
    OriginalNames(int layers) {
        this.layers = layers;
    }

    /** A name that is diffusers' already stays as it is. */
    String inDiffusers(String name) {
        if (OUTSIDE.containsKey(name)) {
            return OUTSIDE.get(name);
        }
        Matcher middle = MIDDLE.matcher(name);
        if (middle.matches()) {
            return "mid_block_" + MIDDLES.get(Integer.parseInt(middle.group(1))) + "_" + inside(middle.group(2));
        }
        Matcher block = BLOCK.matcher(name);
        if (!block.matches()) {
            return name;
        }
        int number = Integer.parseInt(block.group(2));
        int member = Integer.parseInt(block.group(3));
        return block.group(1).equals("input")
                ? down(number - 1, member, block.group(4))
                : up(number, member, block.group(4));
    }

    private String down(int number, int member, String rest) {
        String block = "down_blocks_" + number / (layers + 1);
        int layer = number % (layers + 1);
        if (layer == layers) {
            return block + "_downsamplers_0_" + rest.replace("op", "conv");
        }
        return block + (member == 0 ? "_resnets_" : "_attentions_") + layer + "_" + inside(rest);
    }

    private String up(int number, int member, String rest) {
        String block = "up_blocks_" + number / (layers + 1);
        int layer = number % (layers + 1);
        boolean upsampler = member == 2 || (member == 1 && rest.equals("conv"));
        if (upsampler) {
            return block + "_upsamplers_0_" + rest;
        }
        return block + (member == 0 ? "_resnets_" : "_attentions_") + layer + "_" + inside(rest);
    }

    private static String inside(String rest) {
        return RESNET.getOrDefault(rest, rest);
    }
}
