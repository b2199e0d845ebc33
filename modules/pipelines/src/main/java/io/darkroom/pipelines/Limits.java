package io.darkroom.pipelines;

/** Holds a stage to what it may ask for. */
record Limits(PipelineLimits most) {
    /** The number of images, if it is allowed. */
    int images(long images) throws StageException {
        if (images < 1 || images > most.maxImages()) {
            throw StageException.user(
                    "num_images_per_prompt",
                    images + " pictures are outside 1.." + most.maxImages() + " for one stage");
        }
        return (int) images;
    }

    void requirePixels(String field, long pixels) throws StageException {
        if (pixels > most.maxPixels()) {
            throw StageException.user(
                    field, pixels + " pixels are more than the " + most.maxPixels() + " allowed for one picture");
        }
    }

    void requireSampling(Sampling sampling) throws StageException {
        requireSteps(sampling.numInferenceSteps());
        requireGuidance(sampling.guidanceScale());
        if (!(sampling.guidanceRescale() >= 0 && sampling.guidanceRescale() <= 1)) {
            throw StageException.user("guidance_rescale", sampling.guidanceRescale() + " is outside 0..1");
        }
        if (!(sampling.eta() >= 0 && sampling.eta() <= 1)) {
            throw StageException.user("eta", sampling.eta() + " is outside 0..1");
        }
    }

    void requireSampling(PriorSampling sampling) throws StageException {
        requireSteps(sampling.numInferenceSteps());
        requireGuidance(sampling.guidanceScale());
    }

    private void requireSteps(int steps) throws StageException {
        if (steps < 1 || steps > most.maxSteps()) {
            throw StageException.user("num_inference_steps", steps + " is outside 1.." + most.maxSteps());
        }
    }

    private static void requireGuidance(double scale) throws StageException {
        if (!Double.isFinite(scale)) {
            throw StageException.user("guidance_scale", scale + " is no finite number");
        }
    }
}
