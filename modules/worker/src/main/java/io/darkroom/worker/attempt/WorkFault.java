package io.darkroom.worker.attempt;

import io.darkroom.contract.error.ErrorCode;

/** Why a work item has no pictures; becomes a {@code WorkFailed} event. */
public final class WorkFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String stage;

    /**
     * @param message what was wrong and what would be right, for the person who submitted the job
     */
    public WorkFault(ErrorCode code, String message) {
        super(message);
        this.code = code;
        this.stage = "";
    }

    public WorkFault(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
        this.stage = "";
    }

    private WorkFault(WorkFault fault, String stage) {
        super(fault.getMessage(), fault.getCause());
        setStackTrace(fault.getStackTrace());
        this.code = fault.code;
        this.stage = stage;
    }

    /** The same fault with the stage that it happened in, unless one is named already. */
    public WorkFault at(String stageId) {
        return stage.isEmpty() ? new WorkFault(this, stageId) : this;
    }

    public ErrorCode code() {
        return code;
    }

    /** The stage's id, empty when the fault is of no stage. */
    public String stage() {
        return stage;
    }
}
