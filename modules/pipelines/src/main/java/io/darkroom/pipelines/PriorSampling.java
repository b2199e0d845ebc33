package io.darkroom.pipelines;

/**
 * How Kandinsky's prior makes an image embedding out of the prompt; names as in diffusers' combined pipelines.
 *
 * @param numInferenceSteps {@code prior_num_inference_steps}, 2 or more
 * @param guidanceScale {@code prior_guidance_scale}; 1 or less switches guidance off
 */
public record PriorSampling(int numInferenceSteps, double guidanceScale) {
    /** diffusers' own. */
    public static final PriorSampling DEFAULT = new PriorSampling(25, 4.0);
}
