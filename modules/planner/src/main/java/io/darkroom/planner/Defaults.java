package io.darkroom.planner;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.request.ValidStage;
import io.darkroom.contract.request.ValidStage.Operation;

/** What diffusers' pipelines take where a request says nothing, which depends on the model's family. */
final class Defaults {
    static final double PRIOR_GUIDANCE_SCALE = 4.0;

    /** Kandinsky's pipelines have a size of their own, whatever the network's. */
    private static final int KANDINSKY_SIDE = 512;

    private static final int KANDINSKY_STEPS = 100;

    private Defaults() {}

    static int width(ModelEntry model) {
        return KandinskyRules.isKandinsky(model) ? KANDINSKY_SIDE : model.defaultWidth();
    }

    static int height(ModelEntry model) {
        return KandinskyRules.isKandinsky(model) ? KANDINSKY_SIDE : model.defaultHeight();
    }

    static int steps(ValidStage stage, ModelEntry model) {
        return stage.sampling().defaultSteps() && KandinskyRules.isKandinsky(model) && stage.kind() != StageKind.PRIOR
                ? KANDINSKY_STEPS
                : stage.sampling().numInferenceSteps();
    }

    static double guidanceScale(ValidStage stage, ModelEntry model) {
        return stage.sampling().guidanceScale().orElseGet(() -> switch (model.family()) {
            case STABLE_DIFFUSION, STABLE_DIFFUSION_INPAINTING -> 7.5;
            case STABLE_DIFFUSION_XL, STABLE_DIFFUSION_XL_REFINER -> 5.0;
            case LATENT_UPSCALER, UPSCALER, CONTROLNET, DEPTH_ESTIMATOR, TEXTUAL_INVERSION, LORA -> 9.0;
            case KANDINSKY, KANDINSKY_PRIOR, KANDINSKY_DECODER -> 4.0;
        });
    }

    static double strength(Operation.Img2Img img2img, ModelEntry model) {
        return img2img.strength().orElse(XlRules.isXl(model) || KandinskyRules.isKandinsky(model) ? 0.3 : 0.8);
    }
}
