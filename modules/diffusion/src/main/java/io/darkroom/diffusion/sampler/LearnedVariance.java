package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.tensor.Tensor;

/**
 * The variance that a network predicts beside its mean: Nichol and Dhariwal, "Improved Denoising
 * Diffusion Probabilistic Models" (arXiv:2102.09672), section 3.1. The network's output has twice
 * the sample's channels, {@code [n, 2c, ...]}: the prediction, then the variance.
 */
final class LearnedVariance {
    /** What DDPM takes for a variance of 0, whose logarithm it needs. */
    static final float LEAST = 1e-20f;

    private LearnedVariance() {}

    /** The prediction alone, {@code [n, c, ...]}, whether the output has a variance or not. */
    static Tensor predictionIn(Tensor modelOutput, Tensor sample) {
        int channels = sample.dimension(1);
        return modelOutput.dimension(1) == channels ? modelOutput : modelOutput.channels(0, channels);
    }

    /** The second half of the channels as it is. */
    static Tensor varianceIn(Tensor modelOutput, Tensor sample) {
        return modelOutput.channels(sample.dimension(1), 2 * sample.dimension(1));
    }

    /**
     * The standard deviation where the output places the variance, from -1 to 1, between the two
     * bounds, in log (equation 15).
     *
     * @param least the posterior's variance
     * @param most the step's beta
     */
    static Tensor deviation(Tensor modelOutput, Tensor sample, float least, float most) {
        float leastLog = Float32.log(least);
        float mostLog = Float32.log(most);
        return varianceIn(modelOutput, sample).map(value -> {
            float fraction = (value + 1.0f) / 2.0f;
            return Float32.exp(0.5f * (fraction * mostLog + (1.0f - fraction) * leastLog));
        });
    }
}
