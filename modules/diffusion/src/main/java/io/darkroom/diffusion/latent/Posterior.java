package io.darkroom.diffusion.latent;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;

/**
 * What a VAE's encoder says of an image: a Gaussian per latent value (Kingma and Welling,
 * arXiv:1312.6114, section 3).
 *
 * @param mean {@code [n, c, h, w]}
 * @param deviation standard deviation, same shape
 */
public record Posterior(Tensor mean, Tensor deviation) {
    private static final float LEAST_LOG_VARIANCE = -30.0f;
    private static final float LARGEST_LOG_VARIANCE = 20.0f;

    /**
     * From the encoder's output: means in the first half of the channels, log variances in the
     * second.
     *
     * @param moments {@code [n, 2c, h, w]}
     * @throws IllegalArgumentException if the number of channels is odd
     */
    public static Posterior ofMoments(Tensor moments) {
        if (moments.rank() != 4 || moments.dimension(1) % 2 != 0) {
            throw new IllegalArgumentException("moments must be [n, 2c, h, w], not " + moments);
        }
        int[] shape = moments.shape();
        shape[1] /= 2;
        Tensor mean = Tensor.zeros(shape);
        Tensor logVariance = Tensor.zeros(shape);
        int half = mean.rowSize();
        for (int row = 0; row < shape[0]; row++) {
            System.arraycopy(moments.data(), 2 * row * half, mean.data(), row * half, half);
            System.arraycopy(moments.data(), (2 * row + 1) * half, logVariance.data(), row * half, half);
        }
        Tensor deviation = logVariance
                .clamp(LEAST_LOG_VARIANCE, LARGEST_LOG_VARIANCE)
                .map(value -> (float) Math.exp(0.5f * value));
        return new Posterior(mean, deviation);
    }

    /** One draw of the latents, not yet scaled; takes noise of the mean's shape. */
    public Tensor sample(NoiseSource noise) {
        return mean.plus(deviation.times(noise.draw(mean.shape())));
    }
}
