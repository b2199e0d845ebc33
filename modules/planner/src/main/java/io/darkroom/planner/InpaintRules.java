package io.darkroom.planner;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.request.ValidStage;
import io.darkroom.contract.request.ValidStage.Operation;
import io.darkroom.planner.UpscaleRules.Report;
import java.util.Set;

/** Which models take a mask, and which need one. */
final class InpaintRules {
    private static final Set<Family> TAKE_MASKS = Set.of(Family.STABLE_DIFFUSION, Family.STABLE_DIFFUSION_INPAINTING);

    private InpaintRules() {}

    static void check(ValidStage stage, ModelEntry model, Report report) {
        switch (stage.operation()) {
            case Operation.Img2Img _ -> {
                if (model.family() == Family.STABLE_DIFFUSION_INPAINTING) {
                    report.fault(
                            ErrorCode.UNSUITABLE_MODEL,
                            stage.path("mask"),
                            "is missing; " + model.name() + " paints what a mask marks, and nothing else");
                }
            }
            case Operation.Inpaint _ -> checkMasked(stage, model, report);
            case Operation.Text2Img _,
                    Operation.Upscale _,
                    Operation.Grid _,
                    Operation.Animation _,
                    Operation.Canny _,
                    Operation.Depth _,
                    Operation.Prior _ -> {}
        }
    }

    private static void checkMasked(ValidStage stage, ModelEntry model, Report report) {
        if (!TAKE_MASKS.contains(model.family())) {
            report.fault(
                    ErrorCode.UNSUITABLE_MODEL,
                    stage.path("mask"),
                    model.name() + " takes none; inpainting needs a Stable Diffusion 1.x or 2.x model");
        }
        if (stage.sampling().guidanceRescale() != 0) {
            report.fault(
                    ErrorCode.INVALID_REQUEST,
                    stage.path("guidance_rescale"),
                    "inpainting has no such parameter; leave it out");
        }
    }
}
