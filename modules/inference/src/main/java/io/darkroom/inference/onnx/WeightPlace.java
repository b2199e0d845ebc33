package io.darkroom.inference.onnx;

/**
 * Where the weights of a linear layer or a convolution stand in a graph. The usual exporter transposes those of most linear
 * layers and names them anew ({@code onnx::MatMul_1628}), but the node that reads them keeps the module's path as its name.
 *
 * @param module its path with underscores: {@code down_blocks_0_attentions_0_proj_in}
 * @param initializer the weights' name
 * @param outputs of the layer
 * @param inputs of the layer, times a convolution's window
 * @param transposed whether they are {@code [in, out]}
 */
public record WeightPlace(String module, String initializer, int outputs, int inputs, boolean transposed) {}
