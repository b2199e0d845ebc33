package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.tensor.Tensor;

/**
 * What the UNet was trained to predict: the noise, the clean sample, or the velocity
 * (arXiv:2202.00512).
 */
enum Prediction {
    EPSILON,
    SAMPLE,
    VELOCITY;

    static Prediction of(SamplerConfig config) {
        return switch (config.choice("prediction_type")) {
            case "epsilon" -> EPSILON;
            case "sample", "original_sample" -> SAMPLE;
            case "v_prediction" -> VELOCITY;
            default -> throw new IllegalStateException("prediction_type");
        };
    }

    /**
     * The clean sample, for a sample written as signal plus sigma times noise.
     *
     * @param modelOutput same shape as the sample
     */
    Tensor cleanAtSigma(Tensor modelOutput, Tensor sample, float sigma) {
        return switch (this) {
            case EPSILON -> sample.minus(modelOutput.times(sigma));
            case SAMPLE -> modelOutput;
            case VELOCITY -> {
                float variance = sigma * sigma + 1.0f;
                yield modelOutput.times(-sigma / Float32.sqrt(variance)).plus(sample.dividedBy(variance));
            }
        };
    }

    /**
     * The clean sample, for a sample written as root-alpha times signal plus root-beta times noise.
     */
    Tensor cleanAtAlpha(Tensor modelOutput, Tensor sample, float rootAlpha, float rootBeta) {
        return switch (this) {
            case EPSILON -> sample.minus(modelOutput.times(rootBeta)).dividedBy(rootAlpha);
            case SAMPLE -> modelOutput;
            case VELOCITY -> sample.times(rootAlpha).minus(modelOutput.times(rootBeta));
        };
    }

    /** The noise that the prediction implies, in the same convention. */
    Tensor noiseAtAlpha(Tensor modelOutput, Tensor sample, float rootAlpha, float rootBeta) {
        return switch (this) {
            case EPSILON -> modelOutput;
            case SAMPLE -> sample.minus(modelOutput.times(rootAlpha)).dividedBy(rootBeta);
            case VELOCITY -> modelOutput.times(rootAlpha).plus(sample.times(rootBeta));
        };
    }
}
