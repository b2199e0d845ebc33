package io.darkroom.planner;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.request.ValidStage;
import io.darkroom.contract.request.ValidStage.Operation;

/** What diffusers' pipelines take where a request says nothing, which depends on the model's family. */
final class Defaults {
    private Defaults() {}

    static double guidanceScale(ValidStage stage, ModelEntry model) {
        return stage.sampling().guidanceScale().orElseGet(() -> switch (model.family()) {
            case STABLE_DIFFUSION, STABLE_DIFFUSION_INPAINTING -> 7.5;
            case STABLE_DIFFUSION_XL, STABLE_DIFFUSION_XL_REFINER -> 5.0;
            case LATENT_UPSCALER, UPSCALER, CONTROLNET -> 9.0;
        });
    }

    static double strength(Operation.Img2Img img2img, ModelEntry model) {
        return img2img.strength().orElse(XlRules.isXl(model) ? 0.3 : 0.8);
    }
}
