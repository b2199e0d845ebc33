package io.darkroom.planner;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.request.ValidStage;
import io.darkroom.contract.request.ValidStage.Operation;
import java.util.List;

/** What the two upscalers can do. */
final class UpscaleRules {
    private static final int USUAL_MAX_NOISE_LEVEL = 350;

    /** The latent upscaler is told sigma and gives the clean latents: samplers that know both. */
    private static final List<String> LATENT_SAMPLERS =
            List.of("EulerDiscreteScheduler", "HeunDiscreteScheduler", "LMSDiscreteScheduler");

    private UpscaleRules() {}

    /** Where faults go. */
    interface Report {
        void fault(ErrorCode code, String path, String message);
    }

    static void check(ValidStage stage, ModelEntry model, Report report) {
        if (stage.operation() instanceof Operation.Upscale upscale) {
            switch (model.family()) {
                case UPSCALER -> checkNoiseLevel(stage, upscale, model, report);
                case LATENT_UPSCALER -> checkLatent(stage, upscale, model, report);
                case STABLE_DIFFUSION,
                        STABLE_DIFFUSION_INPAINTING,
                        STABLE_DIFFUSION_XL,
                        STABLE_DIFFUSION_XL_REFINER,
                        CONTROLNET,
                        DEPTH_ESTIMATOR,
                        TEXTUAL_INVERSION,
                        LORA,
                        KANDINSKY,
                        KANDINSKY_PRIOR,
                        KANDINSKY_DECODER -> {} // that it cannot upscale is a fault already
            }
        }
    }

    private static void checkNoiseLevel(ValidStage stage, Operation.Upscale upscale, ModelEntry model, Report report) {
        int most = model.maxNoiseLevel().orElse(USUAL_MAX_NOISE_LEVEL);
        upscale.noiseLevel()
                .filter(level -> level > most)
                .ifPresent(level -> report.fault(
                        ErrorCode.UNSUITABLE_MODEL,
                        stage.path("noise_level"),
                        level + " is outside 0.." + most + ", which " + model.name() + " was trained with"));
    }

    private static void checkLatent(ValidStage stage, Operation.Upscale upscale, ModelEntry model, Report report) {
        upscale.noiseLevel().ifPresent(_ -> refuse(stage, "noise_level", model, report));
        if (stage.numImagesPerPrompt() != 1) {
            refuse(stage, "num_images_per_prompt", model, report);
        }
        if (stage.sampling().eta() != 0) {
            refuse(stage, "eta", model, report);
        }
        stage.sampling()
                .scheduler()
                .filter(name -> !LATENT_SAMPLERS.contains(name))
                .filter(_ -> !stage.sampling().schedulerOptions().containsKey("prediction_type"))
                .ifPresent(name -> report.fault(
                        ErrorCode.UNSUITABLE_MODEL,
                        stage.path("scheduler"),
                        name + " cannot run " + model.name() + ", which predicts clean latents from sigma; use one of "
                                + String.join(", ", LATENT_SAMPLERS)));
    }

    private static void refuse(ValidStage stage, String field, ModelEntry model, Report report) {
        report.fault(
                ErrorCode.UNSUITABLE_MODEL,
                stage.path(field),
                "the latent upscaler " + model.name() + " has no such parameter; leave it out");
    }
}
