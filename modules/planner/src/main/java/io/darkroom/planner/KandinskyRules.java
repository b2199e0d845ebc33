package io.darkroom.planner;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.request.ValidStage;
import io.darkroom.contract.request.ValidStage.NamedInput;
import io.darkroom.contract.request.ValidStage.Operation;
import io.darkroom.contract.request.ValidStage.Seed;
import io.darkroom.contract.wire.PromptSyntax;
import io.darkroom.planner.UpscaleRules.Report;
import java.util.ArrayList;
import java.util.List;

/** Which of a stage's parameters only Kandinsky has, and which it does not have. */
final class KandinskyRules {
    private KandinskyRules() {}

    static boolean isKandinsky(ModelEntry model) {
        return switch (model.family()) {
            case KANDINSKY, KANDINSKY_PRIOR, KANDINSKY_DECODER -> true;
            case STABLE_DIFFUSION,
                    STABLE_DIFFUSION_INPAINTING,
                    STABLE_DIFFUSION_XL,
                    STABLE_DIFFUSION_XL_REFINER,
                    LATENT_UPSCALER,
                    UPSCALER,
                    CONTROLNET,
                    DEPTH_ESTIMATOR,
                    TEXTUAL_INVERSION,
                    LORA -> false;
        };
    }

    /** Whether the stage makes its image embeddings itself, before its picture. */
    static boolean runsOwnPrior(ValidStage stage, ModelEntry model) {
        return model.family() == Family.KANDINSKY
                && stage.text().imageEmbeds().isEmpty()
                && !(stage.operation() instanceof Operation.Prior);
    }

    static void check(ValidStage stage, ModelEntry model, Report report) {
        if (isKandinsky(model)) {
            missing(stage).forEach(field -> refuse(stage, field, model, report));
            checkSeeds(stage, report);
            checkEmbeds(stage, model, report);
        } else {
            own(stage)
                    .forEach(field -> report.fault(
                            ErrorCode.UNSUITABLE_MODEL,
                            stage.path(field),
                            model.name() + " has no such parameter; only Kandinsky models have it"));
            checkSize(stage, report);
        }
    }

    private static List<String> missing(ValidStage stage) {
        List<String> given = new ArrayList<>();
        stage.text().clipSkip().ifPresent(_ -> given.add("clip_skip"));
        given.addAll(stage.text().embeds().given().keySet());
        if (stage.text().syntax() != PromptSyntax.PROMPT_SYNTAX_PLAIN) {
            given.add("prompt_syntax");
        }
        if (!stage.adapters().inversions().isEmpty()) {
            given.add("textual_inversions");
        }
        if (!stage.adapters().loras().isEmpty()) {
            given.add("loras");
        }
        if (stage.sampling().guidanceRescale() != 0) {
            given.add("guidance_rescale");
        }
        if (stage.sampling().eta() != 0) {
            given.add("eta");
        }
        return given;
    }

    private static List<String> own(ValidStage stage) {
        List<String> given = new ArrayList<>();
        stage.sampling().prior().numInferenceSteps().ifPresent(_ -> given.add("prior_num_inference_steps"));
        stage.sampling().prior().guidanceScale().ifPresent(_ -> given.add("prior_guidance_scale"));
        stage.text().imageEmbeds().ifPresent(_ -> given.add(NamedInput.IMAGE_EMBEDS));
        return given;
    }

    /** diffusers fails here: it wants twice as many generators for the prior, and as many as given for the decoder. */
    private static void checkSeeds(ValidStage stage, Report report) {
        boolean prior = stage.text().imageEmbeds().isEmpty();
        if (prior
                && stage.seed() instanceof Seed.PerImage
                && stage.negativePrompt().isPresent()) {
            report.fault(
                    ErrorCode.INVALID_REQUEST,
                    stage.path("seed"),
                    "with negative_prompt Kandinsky draws its embeddings too, which one seed for each picture cannot"
                            + " do; give one seed, or leave out negative_prompt");
        }
    }

    private static void checkEmbeds(ValidStage stage, ModelEntry model, Report report) {
        if (model.family() == Family.KANDINSKY_DECODER
                && model.kinds().contains(stage.kind())
                && stage.text().imageEmbeds().isEmpty()) {
            report.fault(
                    ErrorCode.UNSUITABLE_MODEL,
                    stage.path(NamedInput.IMAGE_EMBEDS),
                    "is missing; " + model.name() + " is a decoder alone, so name an earlier prior stage");
        }
    }

    private static void checkSize(ValidStage stage, Report report) {
        if (stage.operation() instanceof Operation.Img2Img img2img) {
            String message = "goes with a mask only; without one the input's own size counts";
            img2img.width().ifPresent(_ -> report.fault(ErrorCode.INVALID_REQUEST, stage.path("width"), message));
            img2img.height().ifPresent(_ -> report.fault(ErrorCode.INVALID_REQUEST, stage.path("height"), message));
        }
    }

    private static void refuse(ValidStage stage, String field, ModelEntry model, Report report) {
        report.fault(
                ErrorCode.UNSUITABLE_MODEL,
                stage.path(field),
                model.name() + " has no such parameter; leave it out, since Kandinsky's pipelines have none");
    }
}
