package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;

/**
 * The guidance scale as an input of the network, for models distilled with it: Luo et al., "Latent
 * Consistency Models" (arXiv:2310.04378), with the sinusoidal embedding of diffusers' {@code
 * get_guidance_scale_embedding}.
 */
final class GuidanceEmbedding {
    private GuidanceEmbedding() {}

    /**
     * The same row {@code rows} times.
     *
     * @param guidanceScale 1 stands for none
     * @param channels of {@code timestep_cond}
     * @return {@code [rows, channels]}
     */
    static Tensor of(double guidanceScale, int rows, int channels) {
        int half = channels / 2;
        float weight = (float) (guidanceScale - 1) * 1000.0f;
        float spacing = (float) (Math.log(10000.0) / (half - 1));
        float[] row = new float[channels];
        for (int i = 0; i < half; i++) {
            float angle = weight * (float) Math.exp(i * -spacing);
            row[i] = (float) Math.sin(angle);
            row[half + i] = (float) Math.cos(angle);
        }
        return Tensor.of(row, 1, channels).repeatRows(rows);
    }
}
