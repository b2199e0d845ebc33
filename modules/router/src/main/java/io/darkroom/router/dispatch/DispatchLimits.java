package io.darkroom.router.dispatch;

import java.time.Duration;

/**
 * How much is released into a pool's topic.
 *
 * @param window work items in flight however few workers are known, so that a pool without workers
 *     fills its topic and starts at once
 * @param perSlot work items in flight for each slot of a live worker
 * @param lease how long a worker counts after its last heartbeat
 */
public record DispatchLimits(int window, int perSlot, Duration lease) {
    public static final DispatchLimits DEFAULT = new DispatchLimits(64, 2, Duration.ofSeconds(30));

    public DispatchLimits {
        if (window < 1) {
            throw new IllegalArgumentException("window: " + window + " must be at least 1");
        }
    }
}
