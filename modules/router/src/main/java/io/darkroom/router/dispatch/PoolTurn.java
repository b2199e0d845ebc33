package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.WorkMoved;
import io.darkroom.contract.wire.router.WorkerLease;
import io.darkroom.router.dispatch.Backlog.InFlight;
import io.darkroom.router.dispatch.Backlog.Place;
import io.darkroom.router.dispatch.Backlog.Waiting;
import io.darkroom.router.dispatch.Backlog.Whereabouts;
import io.darkroom.router.dispatch.PoolIndex.Tag;
import io.darkroom.router.dispatch.PoolState.Header;
import io.darkroom.router.dispatch.PoolState.Lease;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One decision about a pool, while it is being made; used once, for one event. */
final class PoolTurn {
    /** Makes a cost of one over the largest weight still count. */
    private static final long SCALE = TenantShare.MOST_WEIGHT;

    /** Keeps tags from running over in the life of a pool: nine million work items of days each. */
    private static final long MOST_COST = 1_000_000_000;

    /** Tenants that came once each, and none of which is served again, would let tags grow for ever; who owes least is forgiven. */
    private static final int MOST_TAGS = 10_000;

    /** A release makes at most one tag, so that as many as this are never outgrown, and an event stays short. */
    private static final int TAGS_FORGOTTEN_AT_ONCE = 4;

    private final DispatchLimits limits;
    private final Backlog backlog;
    private final Instant now;
    private final PoolDraft pool;
    private final PoolQueues queues;
    private final VersionGate gate;
    private final List<DispatchOutput> outputs = new ArrayList<>();

    PoolTurn(DispatchLimits limits, PoolState state, Backlog backlog, Instant now) {
        this.limits = limits;
        this.backlog = backlog;
        this.now = now;
        this.pool = new PoolDraft(limits, state, now);
        this.queues = new PoolQueues(pool, backlog, outputs);
        this.gate = new VersionGate(limits.hold(), pool, now);
    }

    void wanted(WorkItem item) {
        AttemptKey attempt = DispatchMachine.attemptOf(item);
        if (backlog.find(attempt).isPresent()) {
            return;
        }
        Optional<String> full = TenantRoom.lacking(
                item,
                limits.shareOf(item.getJob().getTenant()),
                queues,
                pool.tenantsWaiting(),
                limits.tenantsWaiting());
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
                case InFlight(long pixels, int version) -> land(attempt, pixels, version);
                case Place place -> queues.withdraw(place, attempt);
            }
        });
        fill();
    }

    void leased(WorkerLease lease) {
        Optional<Lease> next = Lease.of(lease);
        // A heartbeat that says nothing new must cost nothing, for there are many.
        if (!pool.lease(lease.getWorkerIncarnation()).equals(next)) {
            pool.lease(lease.getWorkerIncarnation(), next);
            fill();
        }
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
        return new DispatchDecision(pool.state(), pool.changes(), outputs);
    }

    /** Releases what may be released now. */
    void fill() {
        Optional<QueueKey> next = pool.next(gate::isOpenFor);
        while (next.isPresent()) {
            release(next.get());
            next = pool.next(gate::isOpenFor);
        }
    }

    private void release(QueueKey key) {
        serve(key.tenant(), pool.queue(key).orElseThrow().headCost());
        WorkItem item = queues.takeFirst(key);
        pool.load(key.tenant(), Optional.of(pool.load(key.tenant()).plus(item.getPixels())));
        count(item.getProtocolVersion(), 1);
        outputs.add(new DispatchOutput.Release(withLivingAvoided(item)));
    }

    /** Who is gone need not be avoided; and where nobody else lives, a worker that is must not hesitate. */
    private WorkItem withLivingAvoided(WorkItem item) {
        if (item.getAvoidCount() == 0) {
            return item;
        }
        List<String> living = item.getAvoidList().stream()
                .filter(worker -> pool.lease(worker).isPresent())
                .toList();
        return item.toBuilder()
                .clearAvoid()
                .addAllAvoid(living.size() < pool.workers() ? living : List.of())
                .build();
    }

    private void serve(String tenant, long cost) {
        long start = pool.start(tenant);
        pool.header(
                new Header(start, pool.header().newerInFlight(), pool.header().heldSince()));
        long price =
                Math.clamp(cost, 1, MOST_COST) * SCALE / limits.shareOf(tenant).weight();
        pool.tag(tenant, Optional.of(start + price));
        for (int forgotten = 0; forgotten < TAGS_FORGOTTEN_AT_ONCE; forgotten++) {
            Optional<Tag> least = pool.forgettableTag(MOST_TAGS);
            least.ifPresent(tag -> pool.tag(tag.tenant(), Optional.empty()));
        }
    }

    private void land(AttemptKey attempt, long pixels, int version) {
        String tenant = attempt.getJob().getTenant();
        if (pool.load(tenant).items() > 0) {
            pool.load(tenant, pool.load(tenant).minus(pixels));
        }
        count(version, -1);
        outputs.add(new DispatchOutput.Landed(attempt));
    }

    /** What every worker reads needs no counting. */
    private void count(int version, int more) {
        if (version <= PoolState.FIRST_VERSION) {
            return;
        }
        Header header = pool.header();
        Map<Integer, Long> counts = new HashMap<>(header.newerInFlight());
        counts.merge(version, (long) more, Long::sum);
        counts.values().removeIf(count -> count <= 0);
        pool.header(new Header(header.virtualTime(), counts, header.heldSince()));
    }
}
