package io.darkroom.inference.lora;

import io.darkroom.diffusion.tensor.Tensor;

/**
 * What a LoRA adds to the weights of one module: {@code up x down} (Hu et al., "LoRA", arXiv:2106.09685), times alpha over the
 * rank.
 *
 * @param key of the file, for messages
 * @param part the network
 * @param name of the module, with underscores for dots: {@code down_blocks_0_attentions_0_proj_in}
 * @param down {@code [rank, in]} or {@code [rank, in, h, w]}
 * @param up {@code [out, rank]} or {@code [out, rank, 1, 1]}
 * @param alpha the rank where the file names none
 */
public record LoraModule(String key, LoraPart part, String name, Tensor down, Tensor up, double alpha) {
    int rank() {
        return down.dimension(0);
    }

    /** Values of one output: those of all inputs, and of a convolution's window. */
    int inputs() {
        return down.rowSize();
    }

    int outputs() {
        return up.dimension(0);
    }
}
