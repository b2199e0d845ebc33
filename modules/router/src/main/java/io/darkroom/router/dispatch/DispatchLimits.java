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
 * @param tenantsWaiting how many tenants may have work waiting for a pool at once; a job of one more is turned away
 * @param oldestVersion workers that do not read this version of work items count as none
 * @param hold how long work of a newer version waits for the last workers to leave that do not read it
 */
public record DispatchLimits(
        Duration lease,
        Duration ageing,
        Map<String, TenantShare> shares,
        int tenantsWaiting,
        int oldestVersion,
        Duration hold) {
    public static final DispatchLimits DEFAULT =
            new DispatchLimits(Duration.ofSeconds(30), Duration.ofMinutes(10), Map.of());

    private static final String EVERY_TENANT = "*";

    public DispatchLimits {
        if (!lease.isPositive() || !ageing.isPositive()) {
            throw new IllegalArgumentException("lease and ageing must be positive");
        }
        if (tenantsWaiting < 1) {
            throw new IllegalArgumentException("tenantsWaiting: " + tenantsWaiting + " must be at least 1");
        }
        if (oldestVersion < 1) {
            throw new IllegalArgumentException("oldestVersion: " + oldestVersion + " must be at least 1");
        }
        if (hold.isNegative()) {
            throw new IllegalArgumentException("hold: " + hold + " must not be negative");
        }
        shares = Map.copyOf(shares);
    }

    /** Ten thousand tenants, workers of every version, and a minute for old ones to leave. */
    public DispatchLimits(Duration lease, Duration ageing, Map<String, TenantShare> shares) {
        this(lease, ageing, shares, 10_000, 1, Duration.ofMinutes(1));
    }

    public DispatchLimits withShares(Map<String, TenantShare> newShares) {
        return new DispatchLimits(lease, ageing, newShares, tenantsWaiting, oldestVersion, hold);
    }

    public DispatchLimits withTenantsWaiting(int most) {
        return new DispatchLimits(lease, ageing, shares, most, oldestVersion, hold);
    }

    public DispatchLimits withOldestVersion(int version) {
        return new DispatchLimits(lease, ageing, shares, tenantsWaiting, version, hold);
    }

    public TenantShare shareOf(String tenant) {
        return shares.getOrDefault(tenant, shares.getOrDefault(EVERY_TENANT, TenantShare.DEFAULT));
    }

    public DispatchLimits withHold(Duration newHold) {
        return new DispatchLimits(lease, ageing, shares, tenantsWaiting, oldestVersion, newHold);
    }

    /** Where no tenant is named, all are known. */
    public boolean knows(String tenant) {
        return shares.isEmpty() || shares.containsKey(tenant) || shares.containsKey(EVERY_TENANT);
    }

    /** Whether a worker that reads no newer version counts. */
    public boolean counts(int version) {
        return version >= oldestVersion;
    }
}
