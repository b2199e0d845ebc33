package io.darkroom.worker.artifact;

import io.darkroom.artifacts.ObjectStoreException;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.worker.attempt.WorkFault;

/** What a fault of the store means, which depends on whose file it was about. */
final class StoreFaults {

    private StoreFaults() {}

    /** Reading a picture that the user named; a server that does not answer says nothing about the worker. */
    static WorkFault onUserInput(String uri, ObjectStoreException failure) {
        return switch (failure.kind()) {
            case NOT_FOUND -> new WorkFault(ErrorCode.INPUT_NOT_FOUND, failure.getMessage(), failure);
            case DENIED -> new WorkFault(ErrorCode.URI_NOT_ALLOWED, failure.getMessage(), failure);
            case TOO_LARGE, INVALID -> new WorkFault(ErrorCode.INPUT_REJECTED, failure.getMessage(), failure);
            case CORRUPT, TRANSIENT ->
                uri.startsWith("https:")
                        ? new WorkFault(ErrorCode.INPUT_UNAVAILABLE, failure.getMessage(), failure)
                        : unavailable(failure);
            case MISCONFIGURED -> unavailable(failure);
        };
    }

    /** Reading what another worker wrote. */
    static WorkFault onArtifact(ObjectStoreException failure) {
        return switch (failure.kind()) {
            case NOT_FOUND, TOO_LARGE, CORRUPT -> new WorkFault(ErrorCode.ARTIFACT_LOST, failure.getMessage(), failure);
            case DENIED, MISCONFIGURED, INVALID, TRANSIENT -> unavailable(failure);
        };
    }

    /** Reading what was kept, perhaps long ago and for another job. */
    static WorkFault onKept(ObjectStoreException failure) {
        return switch (failure.kind()) {
            case NOT_FOUND, TOO_LARGE, CORRUPT -> new WorkFault(ErrorCode.KEPT_LOST, failure.getMessage(), failure);
            case DENIED, MISCONFIGURED, INVALID, TRANSIENT -> unavailable(failure);
        };
    }

    /** Writing: the operator, not the job's author, can give access to a store. */
    static WorkFault onWrite(ObjectStoreException failure) {
        return switch (failure.kind()) {
            case NOT_FOUND, DENIED, MISCONFIGURED, INVALID, TOO_LARGE, CORRUPT, TRANSIENT -> unavailable(failure);
        };
    }

    private static WorkFault unavailable(ObjectStoreException failure) {
        return new WorkFault(ErrorCode.STORE_UNAVAILABLE, failure.getMessage(), failure);
    }
}
