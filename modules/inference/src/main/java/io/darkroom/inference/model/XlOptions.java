package io.darkroom.inference.model;

/**
 * What {@code model_index.json} says about an SDXL pipeline; other families have the defaults.
 *
 * @param forceZerosForEmptyPrompt whether an absent negative prompt is zeros rather than the empty text's encoding
 * @param requiresAestheticsScore whether the network is told a score instead of the target size, as the refiner's is
 */
public record XlOptions(boolean forceZerosForEmptyPrompt, boolean requiresAestheticsScore) {
    /** Original size, corner, score. */
    private static final int WITH_SCORE = 5;

    /** Original size, corner, target size. */
    private static final int WITH_SIZE = 6;

    static XlOptions read(JsonFields index) throws ModelException {
        return new XlOptions(
                index.flag("force_zeros_for_empty_prompt", true), index.flag("requires_aesthetics_score", false));
    }

    /** Checks that the network is told what the pipeline says it is. */
    void requireFitting(Component unet) throws ModelException {
        unet.input("text_embeds");
        long ids = unet.input("time_ids").dimension(1);
        int expected = requiresAestheticsScore ? WITH_SCORE : WITH_SIZE;
        if (ids >= 0 && ids != expected) {
            throw new ModelException(
                    "unet/model.onnx: time_ids has " + ids + " numbers; with requires_aesthetics_score "
                            + requiresAestheticsScore + " in model_index.json it must have " + expected);
        }
    }
}
