package io.darkroom.pipelines;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How the picture is denoised; names as in diffusers.
 *
 * @param numInferenceSteps 1 or more
 * @param guidanceScale classifier-free guidance; 1 or less switches it off
 * @param eta noise of DDIM, 0..1; samplers that have no such parameter ignore it
 * @param scheduler class name in diffusers ("EulerDiscreteScheduler"); absent: the model's own
 * @param schedulerOptions options for it, by diffusers' names, over the model's configuration
 */
public record Sampling(
        int numInferenceSteps,
        double guidanceScale,
        double eta,
        Optional<String> scheduler,
        Map<String, Object> schedulerOptions) {
    public Sampling {
        Objects.requireNonNull(scheduler, "scheduler");
        schedulerOptions = Map.copyOf(schedulerOptions);
    }

    /** The model's own sampler with eta 0. */
    public static Sampling of(int numInferenceSteps, double guidanceScale) {
        return new Sampling(numInferenceSteps, guidanceScale, 0, Optional.empty(), Map.of());
    }

    /** The same with another sampler class and options. */
    public Sampling withScheduler(String className, Map<String, Object> options) {
        return new Sampling(numInferenceSteps, guidanceScale, eta, Optional.of(className), options);
    }
}
