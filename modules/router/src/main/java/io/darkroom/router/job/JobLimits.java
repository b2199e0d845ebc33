package io.darkroom.router.job;

import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.PlannedItem;
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
 * @param attempt how long one attempt may run
 * @param waiting how long a job may wait for workers before its default deadline, on top of what its attempts may take
 * @param grace how much longer than its limit an attempt is waited for: its worker stops it, and
 *     says so, first
 * @param remembered how long a finished job's id is remembered
 * @param kept how long what a stage keeps may be taken by other runs and jobs
 * @param earlyCancel how long a cancellation waits for its job
 */
public record JobLimits(
        int attempts,
        int starts,
        Duration backoff,
        Duration unstarted,
        AttemptLimit attempt,
        Duration waiting,
        Duration grace,
        Duration remembered,
        Duration kept,
        Duration earlyCancel) {

    public static final JobLimits DEFAULT = new JobLimits(
            3,
            3,
            Duration.ofMillis(500),
            Duration.ofHours(1),
            AttemptLimit.DEFAULT,
            Duration.ofHours(1),
            Duration.ofSeconds(15),
            Duration.ofDays(7),
            Duration.ofDays(7),
            Duration.ofMinutes(10));

    public JobLimits {
        if (attempts < 1 || starts < 1) {
            throw new IllegalArgumentException("attempts and starts must be at least 1");
        }
        // Its topic forgets then.
        if (!kept.isPositive() || kept.compareTo(Duration.ofDays(7)) > 0) {
            throw new IllegalArgumentException("kept: " + kept + " is outside PT0.001S..P7D");
        }
        if (!waiting.isPositive()) {
            throw new IllegalArgumentException("waiting: " + waiting + " must be positive");
        }
    }

    private static final Duration LONGEST_DEADLINE = Duration.ofDays(7);

    public JobLimits withUnstarted(Duration newUnstarted) {
        return new JobLimits(
                attempts, starts, backoff, newUnstarted, attempt, waiting, grace, remembered, kept, earlyCancel);
    }

    public JobLimits withAttempt(AttemptLimit newAttempt, Duration newWaiting) {
        return new JobLimits(
                attempts, starts, backoff, unstarted, newAttempt, newWaiting, grace, remembered, kept, earlyCancel);
    }

    public JobLimits withKept(Duration newKept) {
        return new JobLimits(
                attempts, starts, backoff, unstarted, attempt, waiting, grace, remembered, newKept, earlyCancel);
    }

    /** How long one attempt at the work item may run. */
    Duration attemptLimit(PlannedItem item) {
        // Plans of routers of before say it themselves.
        return item.getAttemptLimitMillis() > 0
                ? Duration.ofMillis(item.getAttemptLimitMillis())
                : attempt.of(item.getExpectedCost());
    }

    /** For a job whose request names no deadline: enough to wait, and for every attempt at every work item. */
    Duration deadline(Plan plan) {
        Duration tries = plan.getItemsList().stream()
                .map(item -> attemptLimit(item).plus(grace).multipliedBy(attempts))
                .reduce(waiting, Duration::plus);
        return tries.compareTo(LONGEST_DEADLINE) > 0 ? LONGEST_DEADLINE : tries;
    }
}
