package io.darkroom.artifacts.model;

/** Follows the files of a model on their way to a store or from it. */
@FunctionalInterface
public interface Transfer {
    /** Is not told anything. */
    Transfer UNWATCHED = (done, of) -> true;

    /**
     * @param done bytes that need no moving any more
     * @param of bytes in all
     * @return whether to go on
     */
    boolean moved(long done, long of);
}
