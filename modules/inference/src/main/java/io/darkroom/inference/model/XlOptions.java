package io.darkroom.inference.model;

/**
 * What {@code model_index.json} says about an SDXL pipeline; other families have the defaults.
 *
 * @param forceZerosForEmptyPrompt whether an absent negative prompt is zeros rather than the empty text's encoding
 * @param requiresAestheticsScore whether the network is told a score instead of the target size, as the refiner's is
 */
public record XlOptions(boolean forceZerosForEmptyPrompt, boolean requiresAestheticsScore) {
    static XlOptions read(JsonFields index) throws ModelException {
        return new XlOptions(
                index.flag("force_zeros_for_empty_prompt", true), index.flag("requires_aesthetics_score", false));
    }
}
