package io.darkroom.diffusion.sampler;

/**
 * What one run asks of a sampler beyond its configuration.
 *
 * @param numInferenceSteps steps from pure noise to a sample, at least 1
 * @param eta how much of the DDPM noise DDIM adds back (0: none, 1: all), or TCD's gamma; others
 *     ignore it
 * @param gridStrength the part of the distillation grid that LCM and TCD use; below 1 only in LCM's
 *     own image-to-image pipeline, which shortens the grid instead of skipping steps
 */
public record SamplerRun(int numInferenceSteps, double eta, double gridStrength) {
    public SamplerRun {
        if (numInferenceSteps < 1) {
            throw new SamplerOptionException("num_inference_steps", numInferenceSteps + " is not 1 or more");
        }
        if (!(eta >= 0 && eta <= 1)) {
            throw new SamplerOptionException("eta", eta + " is outside 0..1");
        }
        if (!(gridStrength > 0 && gridStrength <= 1)) {
            throw new SamplerOptionException("strength", gridStrength + " is outside 0..1");
        }
    }

    /** The pipelines' defaults: eta 0, the whole grid. */
    public static SamplerRun ofSteps(int numInferenceSteps) {
        return new SamplerRun(numInferenceSteps, 0.0, 1.0);
    }
}
