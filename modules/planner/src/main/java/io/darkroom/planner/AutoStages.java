package io.darkroom.planner;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.request.ValidStage;
import io.darkroom.contract.request.ValidStage.Automatic;
import io.darkroom.contract.request.ValidStage.Operation;
import io.darkroom.planner.UpscaleRules.Report;
import java.util.List;

/**
 * Stages whose kind the request leaves open: what diffusers' AutoPipeline classes make of a checkpoint. Text to image without a
 * picture, image to image with one, inpainting with a mask as well; and an upscaler enlarges its picture.
 */
final class AutoStages {
    private AutoStages() {}

    /** The same stages, each with the operation that its model has. */
    static List<ValidStage> resolved(List<ValidStage> stages, Catalogue catalogue, Report report) {
        return stages.stream()
                .map(stage -> stage.automatic().isEmpty()
                        ? stage
                        : catalogue
                                .find(stage.model())
                                .map(model -> resolved(stage, model, report))
                                .orElse(stage))
                .toList();
    }

    private static ValidStage resolved(ValidStage stage, ModelEntry model, Report report) {
        boolean upscaler = model.kinds().equals(List.of(StageKind.UPSCALE));
        return switch (stage.operation()) {
            case Operation.Text2Img _
            when upscaler -> {
                report.fault(
                        ErrorCode.UNSUITABLE_MODEL,
                        stage.path("input"),
                        "is missing; " + model.name() + " enlarges a picture, so name a stage or a picture's URI");
                yield stage;
            }
            case Operation.Img2Img img2img when upscaler -> upscale(stage, img2img, model, report);
            case Operation.Text2Img _,
                    Operation.Img2Img _,
                    Operation.Inpaint _,
                    Operation.Upscale _,
                    Operation.Grid _,
                    Operation.Animation _,
                    Operation.Canny _,
                    Operation.Depth _,
                    Operation.Prior _ -> {
                checkPictureMaker(stage, model, report);
                yield stage;
            }
        };
    }

    private static ValidStage upscale(ValidStage stage, Operation.Img2Img img2img, ModelEntry model, Report report) {
        img2img.strength().ifPresent(_ -> refuse(stage, "strength", model, report));
        img2img.width().ifPresent(_ -> refuse(stage, "width", model, report));
        img2img.height().ifPresent(_ -> refuse(stage, "height", model, report));
        return stage.asUpscale(new Operation.Upscale(
                img2img.input(), stage.automatic().orElseThrow().noiseLevel()));
    }

    private static void checkPictureMaker(ValidStage stage, ModelEntry model, Report report) {
        Automatic automatic = stage.automatic().orElseThrow();
        automatic.noiseLevel().ifPresent(_ -> refuse(stage, "noise_level", model, report));
        if (!automatic.prompted()) {
            report.fault(
                    ErrorCode.INVALID_REQUEST,
                    stage.path("prompt"),
                    "is missing; " + model.name() + " has to be told what to draw");
        }
    }

    private static void refuse(ValidStage stage, String field, ModelEntry model, Report report) {
        report.fault(
                ErrorCode.UNSUITABLE_MODEL, stage.path(field), model.name() + " has no such parameter; leave it out");
    }
}
