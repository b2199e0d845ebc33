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
 * @param guidanceRescale how far guidance is kept from over-exposing, 0..1; 0 switches it off
 * @param span SDXL: which part of the way from noise to picture is gone
 */
public record Sampling(
        int numInferenceSteps,
        double guidanceScale,
        double eta,
        Optional<String> scheduler,
        Map<String, Object> schedulerOptions,
        double guidanceRescale,
        DenoisingSpan span) {
    public Sampling {
        Objects.requireNonNull(scheduler, "scheduler");
        Objects.requireNonNull(span, "span");
        schedulerOptions = Map.copyOf(schedulerOptions);
    }

    /** Guidance as it is, the whole way. */
    public Sampling(
            int numInferenceSteps,
            double guidanceScale,
            double eta,
            Optional<String> scheduler,
            Map<String, Object> schedulerOptions) {
        this(numInferenceSteps, guidanceScale, eta, scheduler, schedulerOptions, 0, DenoisingSpan.WHOLE);
    }

    /** The model's own sampler with eta 0. */
    public static Sampling of(int numInferenceSteps, double guidanceScale) {
        return new Sampling(numInferenceSteps, guidanceScale, 0, Optional.empty(), Map.of());
    }

    /** The same with another sampler class and options. */
    public Sampling withScheduler(String className, Map<String, Object> options) {
        return new Sampling(
                numInferenceSteps, guidanceScale, eta, Optional.of(className), options, guidanceRescale, span);
    }
}
