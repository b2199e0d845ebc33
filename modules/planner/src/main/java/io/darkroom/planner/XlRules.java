package io.darkroom.planner;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.request.EmbedUris;
import io.darkroom.contract.request.ValidStage;
import io.darkroom.contract.request.ValidStage.Input;
import io.darkroom.contract.request.ValidStage.Operation;
import io.darkroom.planner.UpscaleRules.Report;
import java.util.List;
import java.util.Optional;

/** Which of a stage's parameters only SDXL has, and what its two models can hand to each other. */
final class XlRules {
    private XlRules() {}

    static boolean isXl(ModelEntry model) {
        return model.family() == Family.STABLE_DIFFUSION_XL || model.family() == Family.STABLE_DIFFUSION_XL_REFINER;
    }

    static void check(ValidStage stage, ModelEntry model, Report report) {
        if (!isXl(model)) {
            stage.xlFields()
                    .forEach(field -> report.fault(
                            ErrorCode.UNSUITABLE_MODEL,
                            stage.path(field),
                            model.name() + " has no such parameter; only SDXL models have it"));
        }
        if (isXl(model)) {
            requirePooled(stage, stage.text().embeds().prompt(), EmbedUris.POOLED_PROMPT, report);
            requirePooled(stage, stage.text().embeds().negativePrompt(), EmbedUris.NEGATIVE_POOLED_PROMPT, report);
        }
        if (stage.operation() instanceof Operation.Img2Img img2img
                && img2img.strength().isEmpty()
                && !stage.sampling().startsInTheMiddle()) {
            checkStrength(stage, model, Defaults.strength(img2img, model), report);
        }
    }

    /** SDXL is told a text twice: token by token, and as a whole. */
    private static void requirePooled(ValidStage stage, Optional<String> embeds, String pooled, Report report) {
        if (embeds.isPresent() && !stage.text().embeds().given().containsKey(pooled)) {
            report.fault(
                    ErrorCode.INVALID_REQUEST,
                    stage.path(pooled),
                    "is missing; an SDXL model needs it beside the embeddings of the tokens");
        }
    }

    /** Of a request that names none, the family's own. */
    private static void checkStrength(ValidStage stage, ModelEntry model, double strength, Report report) {
        int steps = Defaults.steps(stage, model);
        if ((int) (steps * strength) < 1) {
            report.fault(
                    ErrorCode.INVALID_REQUEST,
                    stage.path("strength"),
                    strength + ", the default, of " + steps
                            + " num_inference_steps leaves no step to run; must be at least " + 1.0 / steps);
        }
    }

    /**
     * Latents that were left noisy cannot go through another VAE on their way.
     *
     * @param models of all stages that need one
     */
    static void checkHandovers(List<ValidStage> stages, StageModels models, Report report) {
        for (ValidStage stage : stages) {
            if (stage.sampling().denoisingStart().isPresent()
                    && stage.input().isPresent()
                    && stage.input().get() instanceof Input.Stage(int from)
                    && stages.get(from).givesLatents()
                    && stages.get(from).sampling().denoisingEnd().isPresent()
                    && !model(models, from)
                            .vaeDigest()
                            .equals(model(models, stage.position()).vaeDigest())) {
                report.fault(
                        ErrorCode.UNSUITABLE_MODEL,
                        stage.path("denoising_start"),
                        model(models, stage.position()).name() + " cannot go on with the latents of "
                                + model(models, from).name()
                                + ": they have different VAEs");
            }
        }
    }

    private static ModelEntry model(StageModels models, int position) {
        return models.of(position).orElseThrow();
    }
}
