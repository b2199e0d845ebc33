package io.darkroom.worker.execution;

import io.darkroom.contract.request.ControlOptions;
import io.darkroom.contract.wire.ControlNet;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.images.RgbImage;
import io.darkroom.inference.model.ControlNetFolder;
import io.darkroom.pipelines.Control;
import io.darkroom.pipelines.Controls;
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;
import io.darkroom.worker.model.WorkerModels;
import java.util.ArrayList;
import java.util.List;

/** Translates a stage's ControlNets from the wire's words into the pipelines'. */
final class ControlWire {
    private ControlWire() {}

    static Controls read(WorkStage stage, WorkerModels models, StagePictures pictures)
            throws WorkFault, StoppedException, InterruptedException {
        List<Control> nets = new ArrayList<>();
        for (int i = 0; i < stage.getControlnet().getNetsCount(); i++) {
            ControlNet net = stage.getControlnet().getNets(i);
            List<RgbImage> shown =
                    pictures.pictures(ControlOptions.imageField(i)).all();
            if (shown.isEmpty()) {
                throw StageFaults.malformed(ControlOptions.imageField(i) + " is missing");
            }
            nets.add(new Control(
                    folder(net, models),
                    shown,
                    net.getConditioningScale(),
                    net.getGuidanceStart(),
                    net.getGuidanceEnd()));
        }
        return new Controls(nets, stage.getControlnet().getGuessMode());
    }

    static void requireModels(WorkStage stage, WorkerModels models) throws WorkFault {
        for (ControlNet net : stage.getControlnet().getNetsList()) {
            ControlNetFolder unused = folder(net, models);
        }
    }

    private static ControlNetFolder folder(ControlNet net, WorkerModels models) throws WorkFault {
        return models.controlNet(net.getModelDigest())
                .orElseThrow(() -> StageFaults.missingModel(net.getModel(), net.getModelDigest()));
    }
}
