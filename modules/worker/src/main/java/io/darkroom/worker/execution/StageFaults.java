package io.darkroom.worker.execution;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.pipelines.StageException;
import io.darkroom.worker.attempt.WorkFault;

/** Which of the wire's error codes stands for a stage that failed. */
final class StageFaults {

    private StageFaults() {}

    static WorkFault of(StageException failure) {
        ErrorCode code =
                switch (failure.kind()) {
                    case USER -> ErrorCode.INVALID_PARAMETER;
                    case RESOURCES -> ErrorCode.OUT_OF_MEMORY;
                    case TRANSIENT, INTERNAL -> ErrorCode.INTERNAL;
                };
        return new WorkFault(code, failure.getMessage(), failure);
    }
}
