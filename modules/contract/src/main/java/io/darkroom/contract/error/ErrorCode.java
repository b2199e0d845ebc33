package io.darkroom.contract.error;

/** Every error that a result, a work event or a dead letter can carry. */
public enum ErrorCode {
    /** The record is not JSON, or not UTF-8. */
    MALFORMED_RECORD(ErrorKind.USER),
    /** The record is JSON but breaks the schema, or a rule between its fields. */
    INVALID_REQUEST(ErrorKind.USER),
    /** The record is larger than the router accepts. */
    REQUEST_TOO_LARGE(ErrorKind.USER),
    /** The catalogue has no model of that name. */
    UNKNOWN_MODEL(ErrorKind.USER),
    /** The model exists but cannot run that kind of stage, or not with those parameters. */
    UNSUITABLE_MODEL(ErrorKind.USER),
    /** A URI outside the prefixes allowed to the tenant. */
    URI_NOT_ALLOWED(ErrorKind.USER),
    /** An input picture does not exist. */
    INPUT_NOT_FOUND(ErrorKind.USER),
    /** An input picture is no picture, or larger than the limits. */
    INPUT_REJECTED(ErrorKind.USER),
    /** A parameter that only the model's own files can judge. */
    INVALID_PARAMETER(ErrorKind.USER),
    /** Another request holds this (tenant, id). */
    ID_IN_USE(ErrorKind.USER),
    /** The operator's file of tenants does not name it. */
    TENANT_UNKNOWN(ErrorKind.USER),
    /** The tenant has as much waiting as it may, or as many tenants have as may. */
    TENANT_LIMIT(ErrorKind.USER),
    /** One job may not take as much of the tenant's. */
    JOB_TOO_EXPENSIVE(ErrorKind.USER),
    /** The operator does not grant that priority to the tenant. */
    PRIORITY_NOT_GRANTED(ErrorKind.USER),
    /** The job was cancelled. */
    CANCELLED(ErrorKind.USER),
    /** The deadline passed before the job was done. */
    DEADLINE_EXCEEDED(ErrorKind.USER),
    /** The server of an input that the user named did not answer, or answered with a passing fault. */
    INPUT_UNAVAILABLE(ErrorKind.TRANSIENT),
    /** The object store did not answer, answered with a passing fault, or does not accept the worker's credentials. */
    STORE_UNAVAILABLE(ErrorKind.TRANSIENT, Origin.WORKER),
    /** An artifact that another worker wrote is missing or has other bytes than its digest says. */
    ARTIFACT_LOST(ErrorKind.TRANSIENT),
    /** What a stage kept for other runs and jobs is missing, or has other bytes than its digest says: it is made again. */
    KEPT_LOST(ErrorKind.TRANSIENT),
    /** The attempt ran longer than its limit, or its worker was lost too often. */
    ATTEMPT_TIMED_OUT(ErrorKind.TRANSIENT),
    /** The worker does not have the model of that digest. */
    MODEL_NOT_ON_WORKER(ErrorKind.TRANSIENT, Origin.WORKER),
    /** The worker's files of the model cannot be read, or its device cannot load them. */
    MODEL_UNUSABLE(ErrorKind.INTERNAL, Origin.WORKER),
    /** The device ran out of memory. */
    OUT_OF_MEMORY(ErrorKind.RESOURCES, Origin.WORKER),
    /** The device failed while it ran the model. */
    DEVICE_FAILED(ErrorKind.INTERNAL, Origin.WORKER),
    /** The model gave numbers that are no picture (NaN or infinite). */
    NOT_A_PICTURE(ErrorKind.INTERNAL),
    /** A fault of the system. */
    INTERNAL(ErrorKind.INTERNAL);

    private enum Origin {
        /** The worker that the attempt ran on; another one may have what it lacks. */
        WORKER,
        /** Anything else: the request, another worker's artifact, this program. */
        ELSEWHERE
    }

    private final ErrorKind kind;
    private final Origin origin;

    ErrorCode(ErrorKind kind) {
        this(kind, Origin.ELSEWHERE);
    }

    ErrorCode(ErrorKind kind, Origin origin) {
        this.kind = kind;
        this.origin = origin;
    }

    /** Whether an attempt that failed so failed for its worker's own reasons (a model, the store, memory, the device). */
    public boolean isWorkersOwn() {
        return origin == Origin.WORKER;
    }

    public ErrorKind kind() {
        return kind;
    }

    /** The code of that name, {@link #INTERNAL} for a name that this version does not know. */
    public static ErrorCode ofName(String name) {
        for (ErrorCode code : values()) {
            if (code.name().equals(name)) {
                return code;
            }
        }
        return INTERNAL;
    }
}
