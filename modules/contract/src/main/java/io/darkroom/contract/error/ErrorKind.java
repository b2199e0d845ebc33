package io.darkroom.contract.error;

/** What an error means for a retry. Retry policy reads only this, never the code. */
public enum ErrorKind {
    /** The request is wrong; the same request would fail again. */
    USER,
    /** Something outside was unavailable; a retry may succeed. */
    TRANSIENT,
    /** Memory or another resource ran out; a retry with less at once, or elsewhere, may succeed. */
    RESOURCES,
    /** A fault of the system; retried a bounded number of times. */
    INTERNAL
}
