package io.darkroom.planner;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.catalogue.ModelEntry.Residuals;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.request.ControlOptions;
import io.darkroom.contract.request.ValidStage;
import io.darkroom.contract.request.ValidStage.Input;
import io.darkroom.contract.request.ValidStage.Operation;
import io.darkroom.contract.wire.ControlNet;
import io.darkroom.contract.wire.ControlNets;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.planner.UpscaleRules.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which ControlNets go with which model. */
final class ControlRules {
    private ControlRules() {}

    /**
     * The ControlNets of a stage; without those that cannot be used, which are reported.
     *
     * @param stages of the job
     * @param model of the stage
     */
    static List<ModelEntry> controlNets(
            List<ValidStage> stages, ValidStage stage, ModelEntry model, Catalogue catalogue, Report report) {
        List<ControlOptions.Net> nets = stage.control().nets();
        if (nets.isEmpty()) {
            return List.of();
        }
        checkModel(stage, model, report);
        checkSpan(stage, report);
        List<ModelEntry> found = new ArrayList<>();
        for (int i = 0; i < nets.size(); i++) {
            String path = stage.path(ControlOptions.field(i, "model"));
            Optional<ModelEntry> net = Suitability.find(nets.get(i).model(), path, catalogue, report);
            net.ifPresent(found::add);
            net.flatMap(known -> misfit(known, model))
                    .ifPresent(problem -> report.fault(ErrorCode.UNSUITABLE_MODEL, path, problem));
            checkImages(stages, stage, i, report);
        }
        return found;
    }

    /** What text2img takes where the request names no size; 0 stands for the control picture's. */
    static int defaultPixels(ValidStage stage, int ofModel) {
        return stage.control().nets().isEmpty() ? ofModel : 0;
    }

    /** Puts them into the work. */
    static void add(ValidStage stage, List<ModelEntry> controlNets, WorkStage.Builder work) {
        if (controlNets.isEmpty()) {
            return;
        }
        ControlNets.Builder all =
                ControlNets.newBuilder().setGuessMode(stage.control().guessMode());
        for (int i = 0; i < controlNets.size(); i++) {
            ControlOptions.Net net = stage.control().nets().get(i);
            all.addNets(ControlNet.newBuilder()
                    .setModel(net.model())
                    .setModelDigest(controlNets.get(i).digest())
                    .setConditioningScale(net.conditioningScale())
                    .setGuidanceStart(net.guidanceStart())
                    .setGuidanceEnd(net.guidanceEnd()));
        }
        work.setControlnet(all);
    }

    private static void checkModel(ValidStage stage, ModelEntry model, Report report) {
        if (model.family() != Family.STABLE_DIFFUSION && model.family() != Family.STABLE_DIFFUSION_XL) {
            report.fault(
                    ErrorCode.UNSUITABLE_MODEL,
                    stage.path("controlnet"),
                    model.name() + " takes none; ControlNets go with Stable Diffusion 1.x and 2.x models"
                            + " and with SDXL's base");
        } else if (model.residuals().isEmpty()) {
            report.fault(
                    ErrorCode.UNSUITABLE_MODEL,
                    stage.path("controlnet"),
                    model.name() + " takes none: its UNet's graph does not show where their residuals are added; export"
                            + " it with `python -m export`, and import it again");
        }
        if (stage.sampling().guidanceRescale() != 0) {
            report.fault(
                    ErrorCode.INVALID_REQUEST,
                    stage.path("guidance_rescale"),
                    "there is none with ControlNets; leave it out");
        }
    }

    /** diffusers' pipeline for it has none of these. */
    private static void checkSpan(ValidStage stage, Report report) {
        if (stage.operation() instanceof Operation.Img2Img) {
            stage.sampling().denoisingStart().ifPresent(_ -> refuse(stage, "denoising_start", report));
            stage.sampling().denoisingEnd().ifPresent(_ -> refuse(stage, "denoising_end", report));
        }
    }

    private static void refuse(ValidStage stage, String field, Report report) {
        report.fault(
                ErrorCode.INVALID_REQUEST,
                stage.path(field),
                "image to image with ControlNets has no such parameter; leave it out");
    }

    private static Optional<String> misfit(ModelEntry net, ModelEntry model) {
        if (net.family() != Family.CONTROLNET) {
            return Optional.of(net.name() + " is no ControlNet");
        }
        if (!net.pool().equals(model.pool())) {
            return Optional.of(Suitability.otherPool(net, model));
        }
        if (model.residuals().isPresent() && !net.residuals().equals(model.residuals())) {
            return Optional.of(net.name() + " was made for another network than " + model.name() + "'s: "
                    + difference(
                            net.residuals().orElseThrow(), model.residuals().get()));
        }
        if (net.vaeScaleFactor() != model.vaeScaleFactor()) {
            return Optional.of(net.name() + " is shown " + net.vaeScaleFactor() + " pixels for each latent, the VAE of "
                    + model.name() + " has " + model.vaeScaleFactor());
        }
        return Optional.empty();
    }

    private static String difference(Residuals net, Residuals model) {
        if (net.crossAttentionDim() != model.crossAttentionDim()) {
            return "it reads texts of width " + net.crossAttentionDim() + ", not " + model.crossAttentionDim();
        }
        if (net.inChannels() != model.inChannels()) {
            return "it reads latents of " + net.inChannels() + " channels, not " + model.inChannels();
        }
        return "its residuals have " + net.channels() + " channels, not " + model.channels();
    }

    /** One picture for all, or one for each that the stage works on. */
    private static void checkImages(List<ValidStage> stages, ValidStage stage, int net, Report report) {
        if (stage.control().nets().get(net).image() instanceof Input.Stage(int from)) {
            int shown = stages.get(from).images();
            int inputs = stage.input().map(input -> input.images(stages)).orElse(1);
            if (shown != 1 && shown != inputs) {
                report.fault(
                        ErrorCode.INVALID_REQUEST,
                        stage.path(ControlOptions.imageField(net)),
                        stages.get(from).id() + " makes " + shown
                                + " pictures; there must be 1, or one for each picture" + " that the stage works on: "
                                + inputs);
            }
        }
    }
}
