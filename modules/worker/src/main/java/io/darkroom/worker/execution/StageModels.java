package io.darkroom.worker.execution;

import io.darkroom.artifacts.model.ModelStoreException;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.worker.attempt.StopSignal;
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;
import io.darkroom.worker.model.ModelLease;
import io.darkroom.worker.model.PullLog;
import io.darkroom.worker.model.WorkerModels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Brings the models that stages name onto this machine. */
record StageModels(WorkerModels models) {

    ModelLease lease(List<WorkStage> stages, StopSignal stop) throws WorkFault, StoppedException, InterruptedException {
        Map<String, String> names = names(stages);
        try {
            return models.lease(
                    names.keySet(),
                    new PullLog("models " + names.values(), () -> stop.reason().isEmpty()));
        } catch (ModelStoreException e) {
            stop.check();
            throw fault(names.values().toString(), e);
        }
    }

    /** The models' names by their digests. */
    private static Map<String, String> names(List<WorkStage> stages) {
        Map<String, String> names = new LinkedHashMap<>();
        for (WorkStage stage : stages) {
            names.put(stage.getModelDigest(), stage.getModel());
            stage.getControlnet().getNetsList().forEach(net -> names.put(net.getModelDigest(), net.getModel()));
            stage.getAdapters()
                    .getInversionsList()
                    .forEach(inversion -> names.put(inversion.getModelDigest(), inversion.getModel()));
            stage.getAdapters().getLorasList().forEach(lora -> names.put(lora.getModelDigest(), lora.getModel()));
        }
        names.remove("");
        return names;
    }

    /** Tells the user nothing of where the operator's stores are; the log does. */
    private static WorkFault fault(String names, ModelStoreException e) {
        return switch (e.kind()) {
            case UNAVAILABLE ->
                new WorkFault(ErrorCode.STORE_UNAVAILABLE, "the store of the models " + names + " does not answer", e);
            case MISSING -> notHere("one of the models " + names + " is in no store that this worker pulls from", e);
            case REFUSED -> notHere("one of the models " + names + " is not whole in its store", e);
            case NO_ROOM -> notHere("this worker has no room for one of the models " + names, e);
            case STOPPED -> notHere("the pull of the models " + names + " was stopped", e);
        };
    }

    private static WorkFault notHere(String message, ModelStoreException e) {
        return new WorkFault(ErrorCode.MODEL_NOT_ON_WORKER, message, e);
    }
}
