package io.darkroom.worker.execution;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.pipelines.StageException;
import io.darkroom.worker.attempt.WorkFault;

/** Which of the wire's error codes stands for a stage that failed. */
final class StageFaults {

    private StageFaults() {}

    /** A work item that no router writes. */
    static WorkFault malformed(String message) {
        return new WorkFault(ErrorCode.INTERNAL, "the work item is malformed: " + message);
    }

    /** A model of the work item that was not among the folders that the worker was started with. */
    static WorkFault missingModel(String name, String digest) {
        return new WorkFault(
                ErrorCode.MODEL_NOT_ON_WORKER,
                "this worker does not have model " + name + " of digest " + digest
                        + "; start the pool's workers with that model's folder, or a store that has it");
    }

    static WorkFault of(StageException failure) {
        ErrorCode code =
                switch (failure.kind()) {
                    case USER -> ErrorCode.INVALID_PARAMETER;
                    case RESOURCES -> ErrorCode.OUT_OF_MEMORY;
                    case MODEL -> ErrorCode.MODEL_UNUSABLE;
                    case DEVICE -> ErrorCode.DEVICE_FAILED;
                    case TRANSIENT, INTERNAL -> ErrorCode.INTERNAL;
                };
        return new WorkFault(code, failure.getMessage(), failure);
    }
}
