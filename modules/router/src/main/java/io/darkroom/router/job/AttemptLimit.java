package io.darkroom.router.job;

import java.time.Duration;

/**
 * How long one attempt at a work item may run, from its worker's {@code started} on: so generous that only an attempt that
 * hangs reaches it, and in proportion to what the planner expects it to cost.
 *
 * @param floor for anything, such as a model that has to be loaded first
 * @param pace beyond that, for what Stable Diffusion 1.5's UNet takes to be evaluated once for a picture of 64 x 64 pixels;
 *     a step of a 512 x 512 picture with guidance is 128 of them
 * @param ceiling never longer, whatever it costs; below the longest lock of a share group's record (one hour), because then
 *     another worker would be given the record
 */
public record AttemptLimit(Duration floor, Duration pace, Duration ceiling) {
    private static final Duration LONGEST_CEILING = Duration.ofMinutes(50);

    /** Meant for CPUs too, so for a GPU far too long: an attempt that hangs there costs no more than its slot. */
    public static final AttemptLimit DEFAULT =
            new AttemptLimit(Duration.ofMinutes(2), Duration.ofMillis(250), Duration.ofMinutes(50));

    private static final long UNITS = 1000;

    public AttemptLimit {
        if (!floor.isPositive() || floor.compareTo(ceiling) > 0) {
            throw new IllegalArgumentException("attempt floor: " + floor + " is outside PT0.001S.." + ceiling);
        }
        if (pace.isNegative()) {
            throw new IllegalArgumentException("attempt pace: " + pace + " must not be negative");
        }
        if (ceiling.compareTo(LONGEST_CEILING) > 0) {
            throw new IllegalArgumentException("attempt ceiling: " + ceiling + " is beyond " + LONGEST_CEILING);
        }
    }

    /**
     * @param cost expected, in thousandths of what {@code pace} is for
     */
    public Duration of(long cost) {
        double millis = floor.toMillis() + (double) pace.toMillis() * cost / UNITS;
        return Duration.ofMillis((long) Math.min(millis, ceiling.toMillis()));
    }
}
