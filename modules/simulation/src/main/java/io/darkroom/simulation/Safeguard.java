package io.darkroom.simulation;

/** What the promise rests on, each of which can be taken away to see that the checks notice. */
public enum Safeguard {
    /** A repeated request is answered and not run again. */
    DEDUPLICATION,
    /** Only the attempt that was asked for last may give the outcome. */
    ATTEMPTS,
    /** Only whoever was given an attempt may report about it. */
    TOKENS,
    /** A job that gets no outcome ends at its deadline. */
    DEADLINES
}
