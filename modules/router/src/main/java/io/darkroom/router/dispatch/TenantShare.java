package io.darkroom.router.dispatch;

/**
 * What one tenant may have of each pool.
 *
 * @param weight its share beside others that have work waiting, from 1; a tenant of weight 2 gets
 *     twice the device time of one of weight 1
 * @param maxInFlight most work items that workers hold for it at once
 * @param maxQueued most work items that wait for it; a job that comes then is rejected
 * @param maxPixelsInFlight most pixels that the work items draw which workers hold for it at once; one alone may draw more
 * @param maxPixelsQueued most pixels that the work items draw which wait for it; a job that comes then is rejected
 */
public record TenantShare(int weight, int maxInFlight, long maxQueued, long maxPixelsInFlight, long maxPixelsQueued) {
    public static final TenantShare DEFAULT = ofItems(1, Integer.MAX_VALUE, Long.MAX_VALUE);

    static final int MOST_WEIGHT = 1000;

    public TenantShare {
        if (weight < 1 || weight > MOST_WEIGHT) {
            throw new IllegalArgumentException("weight: " + weight + " is outside 1.." + MOST_WEIGHT);
        }
        if (maxInFlight < 1) {
            throw new IllegalArgumentException("max_in_flight: " + maxInFlight + " must be at least 1");
        }
        if (maxQueued < 1) {
            throw new IllegalArgumentException("max_queued: " + maxQueued + " must be at least 1");
        }
        if (maxPixelsInFlight < 1) {
            throw new IllegalArgumentException("max_pixels_in_flight: " + maxPixelsInFlight + " must be at least 1");
        }
        if (maxPixelsQueued < 1) {
            throw new IllegalArgumentException("max_pixels_queued: " + maxPixelsQueued + " must be at least 1");
        }
    }

    /** Without limits on pixels. */
    public static TenantShare ofItems(int weight, int maxInFlight, long maxQueued) {
        return new TenantShare(weight, maxInFlight, maxQueued, Long.MAX_VALUE, Long.MAX_VALUE);
    }
}
