package io.darkroom.router.job;

import io.darkroom.contract.wire.AttemptKey;
import java.time.Duration;

/**
 * How long a work item waits before its next attempt: at most twice as long after each failure, and
 * of that between half and all, so that what failed together does not come back together. The part
 * that looks random is a hash of the attempt's name: a decision has to be the same whenever it is
 * made again.
 */
final class Backoff {
    private static final int PARTS = 1024;

    private Backoff() {}

    static Duration before(Tries next, AttemptKey attempt, JobLimits limits) {
        Duration longest = limits.backoff().multipliedBy(1L << (next.failures() - 1));
        long part = Math.floorMod(attempt.toByteString().hashCode(), PARTS);
        return longest.multipliedBy(PARTS + part).dividedBy(2L * PARTS);
    }
}
