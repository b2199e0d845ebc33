package io.darkroom.router.job;

import java.time.Duration;

/**
 * How long the router waits, and how often it tries.
 *
 * @param attempts failed attempts at a work item that end its job
 * @param starts starts without an outcome that mark a work item as one that kills its workers; the
 *     next start ends its job
 * @param backoff wait before the second attempt; doubled for each further one
 * @param unstarted how long a released work item may lie in its pool's topic before it is released
 *     again
 * @param grace how much longer than its limit an attempt is waited for: its worker stops it, and
 *     says so, first
 * @param remembered how long a finished job's id is remembered
 * @param earlyCancel how long a cancellation waits for its job
 */
public record JobLimits(
        int attempts,
        int starts,
        Duration backoff,
        Duration unstarted,
        Duration grace,
        Duration remembered,
        Duration earlyCancel) {

    public static final JobLimits DEFAULT = new JobLimits(
            3,
            3,
            Duration.ofMillis(500),
            Duration.ofHours(1),
            Duration.ofSeconds(15),
            Duration.ofDays(7),
            Duration.ofMinutes(10));

    public JobLimits {
        if (attempts < 1 || starts < 1) {
            throw new IllegalArgumentException("attempts and starts must be at least 1");
        }
    }

    public JobLimits withUnstarted(Duration newUnstarted) {
        return new JobLimits(attempts, starts, backoff, newUnstarted, grace, remembered, earlyCancel);
    }
}
