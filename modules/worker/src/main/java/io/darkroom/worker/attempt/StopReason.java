package io.darkroom.worker.attempt;

/** Why running work ends before it is done. */
public enum StopReason {
    /** The job was cancelled: nobody waits for the pictures. */
    CANCELLED,
    /** The attempt has run for as long as it may. */
    TIMED_OUT,
    /** This worker stops; another one shall do the work. */
    HANDED_BACK
}
