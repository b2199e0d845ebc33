package io.darkroom.router.dispatch;

import java.time.Duration;
import java.util.Map;

/**
 * How much is released into a pool's topic, and for whom.
 *
 * @param lease how long a worker counts after its last heartbeat
 * @param ageing how long work waits until it ranks with the next higher priority, so that none waits
 *     for ever
 * @param shares what each tenant may have; {@code *} stands for all that are not named
 */
public record DispatchLimits(Duration lease, Duration ageing, Map<String, TenantShare> shares) {
    public static final DispatchLimits DEFAULT =
            new DispatchLimits(Duration.ofSeconds(30), Duration.ofMinutes(10), Map.of());

    private static final String EVERY_TENANT = "*";

    public DispatchLimits {
        if (!lease.isPositive() || !ageing.isPositive()) {
            throw new IllegalArgumentException("lease and ageing must be positive");
        }
        shares = Map.copyOf(shares);
    }

    public DispatchLimits withShares(Map<String, TenantShare> newShares) {
        return new DispatchLimits(lease, ageing, newShares);
    }

    public TenantShare shareOf(String tenant) {
        return shares.getOrDefault(tenant, shares.getOrDefault(EVERY_TENANT, TenantShare.DEFAULT));
    }
}
