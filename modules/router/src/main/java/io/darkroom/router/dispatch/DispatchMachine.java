package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.DispatchEvent;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Decides what a pool's workers are given, and when: what is wanted waits in its tenant's queue, and
 * is released in the order of {@link FairIndex} while fewer attempts are in flight than live workers have slots
 * for. In flight is a set, so that an attempt freed twice, or freed before it was wanted, leaks
 * nothing. A pure function.
 */
public final class DispatchMachine {
    private final DispatchLimits limits;

    public DispatchMachine(DispatchLimits limits) {
        this.limits = limits;
    }

    public DispatchDecision decide(PoolState state, Backlog backlog, DispatchEvent event, Instant now) {
        PoolTurn turn = new PoolTurn(limits, state, backlog, now);
        switch (event.getKindCase()) {
            case WANTED -> turn.wanted(event.getWanted());
            case FREED -> turn.freed(event.getFreed());
            case LEASE -> turn.leased(event.getLease());
            case MOVED -> turn.moved(event.getMoved());
            case REVIEWED -> turn.fill();
            // From a newer version of the router.
            case KIND_NOT_SET -> {}
        }
        return turn.decision();
    }

    /** A pool of what was stored of it: what is derived from that is made again. */
    public PoolState restore(
            Map<QueueKey, PoolState.Queue> queues,
            Map<String, PoolState.Load> inFlight,
            Map<String, Long> paidUntil,
            Map<String, PoolState.Lease> leases,
            PoolState.Header header,
            Instant now) {
        PoolDraft pool = new PoolDraft(limits, PoolState.EMPTY, now);
        pool.header(header);
        inFlight.forEach((tenant, load) -> pool.load(tenant, Optional.of(load)));
        paidUntil.forEach((tenant, tag) -> pool.tag(tenant, Optional.of(tag)));
        queues.forEach((key, queue) -> pool.queue(key, Optional.of(queue)));
        leases.forEach((worker, lease) -> pool.lease(worker, Optional.of(lease)));
        return pool.state();
    }

    /** Names the attempt that a work item is. */
    public static AttemptKey attemptOf(WorkItem item) {
        return AttemptKey.newBuilder()
                .setJob(item.getJob())
                .setIndex(item.getIndex())
                .setAttempt(item.getAttempt())
                .build();
    }
}
