package io.darkroom.worker.execution;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.lora.AppliedLora;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.pipelines.Adapters;
import io.darkroom.worker.attempt.WorkFault;
import io.darkroom.worker.model.AdapterFile;
import io.darkroom.worker.model.WorkerModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a stage adds to its model, from the wire's words into the pipelines'. */
final class AdapterWire {
    private AdapterWire() {}

    /** Fails if the worker lacks one. */
    static void requireFiles(WorkStage stage, WorkerModels models) throws WorkFault {
        for (var inversion : stage.getAdapters().getInversionsList()) {
            file(models, inversion.getModel(), inversion.getModelDigest());
        }
        for (var lora : stage.getAdapters().getLorasList()) {
            file(models, lora.getModel(), lora.getModelDigest());
        }
    }

    static Adapters read(WorkStage stage, ModelFolder model, WorkerModels models) throws WorkFault {
        List<io.darkroom.pipelines.TextualInversion> inversions = new ArrayList<>();
        for (var inversion : stage.getAdapters().getInversionsList()) {
            AdapterFile file = file(models, inversion.getModel(), inversion.getModelDigest());
            inversions.add(new io.darkroom.pipelines.TextualInversion(
                    inversion.getModel(), inversion.getToken(), vectors(file, inversion.getModel(), model)));
        }
        List<AppliedLora> loras = new ArrayList<>();
        for (var lora : stage.getAdapters().getLorasList()) {
            AdapterFile file = file(models, lora.getModel(), lora.getModelDigest());
            loras.add(new AppliedLora(lora.getModel(), file.digest(), lora.getScale(), file::lora));
        }
        return new Adapters(inversions, loras);
    }

    private static List<Optional<Tensor>> vectors(AdapterFile file, String name, ModelFolder model) throws WorkFault {
        if (!(file.kind() instanceof AdapterFile.Kind.Inversion inversion)) {
            throw new WorkFault(ErrorCode.INVALID_PARAMETER, "textual_inversions: " + name + " is none");
        }
        List<Optional<Tensor>> vectors = inversion.vectors();
        boolean secondOnly = model.family().isXl() && model.texts().size() == 1 && vectors.size() == 2;
        return secondOnly ? vectors.subList(1, 2) : vectors;
    }

    private static AdapterFile file(WorkerModels models, String name, String digest) throws WorkFault {
        return models.adapter(digest).orElseThrow(() -> StageFaults.missingModel(name, digest));
    }
}
