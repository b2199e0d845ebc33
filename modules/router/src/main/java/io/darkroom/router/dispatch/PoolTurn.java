package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.WorkMoved;
import io.darkroom.contract.wire.router.WorkerLease;
import io.darkroom.router.dispatch.Backlog.InFlight;
import io.darkroom.router.dispatch.Backlog.Place;
import io.darkroom.router.dispatch.Backlog.Waiting;
import io.darkroom.router.dispatch.Backlog.Whereabouts;
import io.darkroom.router.dispatch.PoolState.Lease;
import io.darkroom.router.dispatch.PoolState.Load;
import io.darkroom.router.dispatch.PoolState.Queue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One decision about a pool, while it is being made; used once, for one event. */
final class PoolTurn {
    /** What a worker reads that announces nothing. */
    private static final int FIRST_VERSION = 1;

    private final DispatchLimits limits;
    private final Backlog backlog;
    private final Instant now;
    private final FairOrder order;
    private final PoolQueues queues;
    private final Map<String, Load> inFlight;
    private final Map<String, Lease> leases;
    private final List<DispatchOutput> outputs = new ArrayList<>();

    PoolTurn(DispatchLimits limits, PoolState state, Backlog backlog, Instant now) {
        this.limits = limits;
        this.backlog = backlog;
        this.now = now;
        this.order = new FairOrder(limits, state, now);
        this.queues = new PoolQueues(state.queues(), backlog, outputs);
        this.inFlight = new HashMap<>(state.inFlight());
        this.leases = new HashMap<>(state.leases());
        leases.values().removeIf(lease -> !now.isBefore(lease.until()));
    }

    void wanted(WorkItem item) {
        AttemptKey attempt = DispatchMachine.attemptOf(item);
        if (backlog.find(attempt).isPresent()) {
            return;
        }
        Optional<String> full =
                TenantRoom.lacking(item, limits.shareOf(item.getJob().getTenant()), queues);
        if (full.isPresent()) {
            outputs.add(new DispatchOutput.TurnedAway(item, full.get()));
            return;
        }
        queues.enqueue(item, item.getPriority(), now);
        fill();
    }

    void freed(AttemptKey attempt) {
        backlog.find(attempt).ifPresent(found -> {
            switch (found) {
                case InFlight(long pixels) -> land(attempt, pixels);
                case Place place -> queues.withdraw(place, attempt);
            }
        });
        fill();
    }

    void leased(WorkerLease lease) {
        if (lease.getSlots() == 0) {
            leases.remove(lease.getWorkerIncarnation());
        } else {
            leases.put(
                    lease.getWorkerIncarnation(),
                    new Lease(
                            lease.getSlots(),
                            Math.max(FIRST_VERSION, lease.getProtocolVersion()),
                            now.plus(limits.lease())));
        }
        fill();
    }

    void moved(WorkMoved move) {
        Optional<Whereabouts> found = backlog.find(move.getAttempt());
        if (found.isPresent()
                && found.get() instanceof Place place
                && place.queue().priority() != PoolQueues.known(move.getPriority())) {
            Waiting waiting = queues.withdraw(place, move.getAttempt());
            queues.enqueue(
                    waiting.item().toBuilder().setPriority(move.getPriority()).build(),
                    move.getPriority(),
                    waiting.since());
            fill();
        }
    }

    DispatchDecision decision() {
        queues.settle();
        return new DispatchDecision(
                new PoolState(queues.all(), inFlight, leases, order.virtualTime(), order.paidUntil()), outputs);
    }

    /**
     * While workers are replaced, work of a newer version waits for the last old one to leave. The pool's topic is open to
     * all of its workers: old ones would hand the work back, and after a few deliveries the broker drops it in silence.
     */
    private void fill() {
        int readByAll = leases.values().stream().mapToInt(Lease::version).min().orElse(Integer.MAX_VALUE);
        while (hasRoom()) {
            Optional<QueueKey> next = order.next(
                    queues.all(),
                    (tenant, queue) -> queue.headVersion() <= readByAll && tenantMayHaveMore(tenant, queue));
            if (next.isEmpty()) {
                return;
            }
            release(next.get());
        }
    }

    /**
     * As many as there are slots, and one for each worker to take when a slot falls free, so that the
     * way to the router and back costs no device time; but so few that what is released last still
     * starts when those have ended that run now.
     */
    private boolean hasRoom() {
        int slots = leases.values().stream().mapToInt(Lease::slots).sum();
        int items = inFlight.values().stream().mapToInt(Load::items).sum();
        return items < slots + Math.min(leases.size(), slots - 1);
    }

    /** What is larger than its tenant's limit runs alone, rather than never. */
    private boolean tenantMayHaveMore(String tenant, Queue queue) {
        Load load = inFlight.getOrDefault(tenant, Load.NONE);
        TenantShare share = limits.shareOf(tenant);
        return load.items() < share.maxInFlight()
                && (load.items() == 0 || queue.headPixels() <= share.maxPixelsInFlight() - load.pixels());
    }

    private void release(QueueKey key) {
        order.served(key.tenant(), queues.all().get(key).headCost());
        WorkItem item = queues.takeFirst(key);
        inFlight.put(
                key.tenant(), inFlight.getOrDefault(key.tenant(), Load.NONE).plus(item.getPixels()));
        outputs.add(new DispatchOutput.Release(item));
    }

    private void land(AttemptKey attempt, long pixels) {
        inFlight.computeIfPresent(
                attempt.getJob().getTenant(), (_, load) -> load.minus(pixels).orElse(null));
        outputs.add(new DispatchOutput.Landed(attempt));
    }
}
