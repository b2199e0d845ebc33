package io.darkroom.inference.batch;

import io.darkroom.diffusion.tensor.Tensor;
import java.util.Map;

/**
 * What a task wants predicted next.
 *
 * @param unet the network
 * @param sample latents as the network wants them, {@code [rows, channels, h, w]}; with guidance
 *     the unconditional rows come first, but to the batcher a row is a row
 * @param timestep of all these rows
 * @param conditions all other inputs by the model's names, each with the same number of rows: at
 *     least {@code encoder_hidden_states} {@code [rows, tokens, width]}
 */
public record UNetRows(UNet unet, Tensor sample, float timestep, Map<String, Tensor> conditions) {
    public UNetRows {
        conditions = Map.copyOf(conditions);
        for (Map.Entry<String, Tensor> condition : conditions.entrySet()) {
            if (condition.getValue().rows() != sample.rows()) {
                throw new IllegalArgumentException(condition.getKey()
                        + " has "
                        + condition.getValue().rows()
                        + " rows, the sample "
                        + sample.rows());
            }
        }
    }

    int count() {
        return sample.rows();
    }
}
