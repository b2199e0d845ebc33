package io.darkroom.pipelines;

/**
 * What one stage may ask for at most.
 *
 * @param maxPixels width times height of one picture
 * @param maxImages pictures that one stage makes
 * @param maxSteps {@code num_inference_steps}
 */
public record PipelineLimits(long maxPixels, int maxImages, int maxSteps) {
    public static final PipelineLimits DEFAULT = new PipelineLimits(2048L * 2048, 64, 1000);
}
