package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.Priority;
import io.darkroom.router.dispatch.PoolState.Queue;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * Which queue is served next: the highest priority first; within it, tenants by start-time fair
 * queueing (Goyal, Vin, Cheng: "Start-time Fair Queueing", SIGCOMM 1996), so that the expected cost
 * released for each is in proportion to its weight; between equals, what has waited longest.
 *
 * <p>Each release moves its tenant's tag on by cost over weight; the lowest tag is next. A tenant
 * that was away starts at the tag that is being served, so that it owes nothing for its absence and
 * is owed nothing either. Unlike deficit round robin it needs no quantum, which for work whose costs
 * differ by a factor of a thousand is either too small (many empty rounds) or too large (bursts).
 */
final class FairOrder {
    /** Makes a cost of one over the largest weight still count. */
    private static final long SCALE = TenantShare.MOST_WEIGHT;

    /** Keeps tags from running over in the life of a pool: nine million work items of days each. */
    private static final long MOST_COST = 1_000_000_000;

    private final DispatchLimits limits;
    private final Instant now;
    private final Map<String, Long> paidUntil;
    private long virtualTime;

    FairOrder(DispatchLimits limits, PoolState state, Instant now) {
        this.limits = limits;
        this.now = now;
        this.virtualTime = state.virtualTime();
        this.paidUntil = new HashMap<>(state.paidUntil());
    }

    Optional<QueueKey> next(Map<QueueKey, Queue> queues, BiPredicate<String, Queue> mayHaveMore) {
        return queues.entrySet().stream()
                .filter(entry -> mayHaveMore.test(entry.getKey().tenant(), entry.getValue()))
                .min(Comparator.<Map.Entry<QueueKey, Queue>>comparingLong(
                                entry -> rank(entry.getKey().priority(), entry.getValue()))
                        .thenComparing(entry -> start(entry.getKey().tenant()))
                        .thenComparing(entry -> entry.getValue().headSince())
                        .thenComparing(entry -> entry.getKey().tenant())
                        .thenComparing(entry -> entry.getKey().priority()))
                .map(Map.Entry::getKey);
    }

    void served(String tenant, long cost) {
        long start = start(tenant);
        virtualTime = start;
        paidUntil.put(
                tenant,
                start
                        + Math.clamp(cost, 1, MOST_COST)
                                * SCALE
                                / limits.shareOf(tenant).weight());
    }

    long virtualTime() {
        return virtualTime;
    }

    /** Of the tenants that have had more than their share so far; the others need not be remembered. */
    Map<String, Long> paidUntil() {
        paidUntil.values().removeIf(tag -> tag <= virtualTime);
        return paidUntil;
    }

    private long start(String tenant) {
        return Math.max(virtualTime, paidUntil.getOrDefault(tenant, 0L));
    }

    private long rank(Priority priority, Queue queue) {
        long aged = Math.max(0, Duration.between(queue.headSince(), now).dividedBy(limits.ageing()));
        return Math.max(0, level(priority) - aged);
    }

    private static int level(Priority priority) {
        return switch (priority) {
            case PRIORITY_INTERACTIVE -> 0;
            case PRIORITY_STANDARD, PRIORITY_UNSPECIFIED, UNRECOGNIZED -> 1;
            case PRIORITY_BULK -> 2;
        };
    }
}
