package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.tensor.Tensor;

/**
 * What the DPM solvers integrate: the predicted clean sample (data prediction, the "++" of
 * DPM-Solver++) or the predicted noise (noise prediction, the first DPM-Solver).
 */
final class DpmPrediction {
    private final Prediction prediction;
    private final Thresholding thresholding;
    private final boolean data;

    DpmPrediction(SamplerConfig config, boolean data) {
        this(Prediction.of(config), Thresholding.of(config), data);
    }

    private DpmPrediction(Prediction prediction, Thresholding thresholding, boolean data) {
        this.prediction = prediction;
        this.thresholding = thresholding;
        this.data = data;
    }

    /**
     * Noise prediction that leaves the clean sample unbounded whatever the configuration says, as
     * UniPC's does.
     */
    static DpmPrediction noiseWithoutThreshold(SamplerConfig config) {
        return new DpmPrediction(Prediction.of(config), Thresholding.none(), false);
    }

    Tensor converted(Tensor modelOutput, Tensor sample, NoiseLevel level) {
        return data ? clean(modelOutput, sample, level) : noise(modelOutput, sample, level);
    }

    private Tensor clean(Tensor modelOutput, Tensor sample, NoiseLevel level) {
        return thresholding.apply(prediction.cleanAtAlpha(modelOutput, sample, level.alpha(), level.sigma()));
    }

    private Tensor noise(Tensor modelOutput, Tensor sample, NoiseLevel level) {
        Tensor epsilon = prediction.noiseAtAlpha(modelOutput, sample, level.alpha(), level.sigma());
        if (!thresholding.isDynamic()) {
            return epsilon;
        }
        Tensor clean =
                thresholding.apply(sample.minus(epsilon.times(level.sigma())).dividedBy(level.alpha()));
        return sample.minus(clean.times(level.alpha())).dividedBy(level.sigma());
    }
}
