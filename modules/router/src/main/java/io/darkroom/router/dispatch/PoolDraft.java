package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.Priority;
import io.darkroom.router.dispatch.PoolIndex.Capacity;
import io.darkroom.router.dispatch.PoolIndex.Tag;
import io.darkroom.router.dispatch.PoolState.Header;
import io.darkroom.router.dispatch.PoolState.Lease;
import io.darkroom.router.dispatch.PoolState.Load;
import io.darkroom.router.dispatch.PoolState.Queue;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.pcollections.PMap;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/** A pool's state while it changes: keeps the index true, and remembers what was changed. */
final class PoolDraft {
    private static final List<Priority> PRIORITIES =
            List.of(Priority.PRIORITY_INTERACTIVE, Priority.PRIORITY_STANDARD, Priority.PRIORITY_BULK);

    private final DispatchLimits limits;
    private final Instant now;
    private final Header headerBefore;
    private final Set<QueueKey> changedQueues = new HashSet<>();
    private final Set<String> changedTenants = new HashSet<>();
    private final Set<String> changedWorkers = new HashSet<>();
    private PMap<QueueKey, Queue> queues;
    private PMap<String, Load> inFlight;
    private PMap<String, Long> paidUntil;
    private PMap<String, Lease> leases;
    private Header header;
    private FairIndex order;
    private TreePSet<Tag> tags;
    private TreePMap<Integer, Capacity> capacity;
    private long itemsInFlight;
    private int tenantsWaiting;

    PoolDraft(DispatchLimits limits, PoolState state, Instant now) {
        this.limits = limits;
        this.now = now;
        this.headerBefore = state.header();
        this.queues = state.queues();
        this.inFlight = state.inFlight();
        this.paidUntil = state.paidUntil();
        this.leases = state.leases();
        this.header = state.header();
        this.order = state.index().order();
        this.tags = state.index().tags();
        this.capacity = state.index().capacity();
        this.itemsInFlight = state.index().itemsInFlight();
        this.tenantsWaiting = state.index().tenantsWaiting();
    }

    PoolState state() {
        return new PoolState(queues, inFlight, paidUntil, leases, header, index());
    }

    PoolIndex index() {
        return new PoolIndex(order, tags, capacity, itemsInFlight, tenantsWaiting);
    }

    PoolChanges changes() {
        return new PoolChanges(changedQueues, changedTenants, changedWorkers, !header.equals(headerBefore));
    }

    Header header() {
        return header;
    }

    void header(Header changed) {
        header = changed;
    }

    Optional<Queue> queue(QueueKey key) {
        return Optional.ofNullable(queues.get(key));
    }

    void queue(QueueKey key, Optional<Queue> changed) {
        boolean waited = queuesOf(key.tenant()).findAny().isPresent();
        queues = changed.map(queue -> queues.plus(key, queue)).orElseGet(() -> queues.minus(key));
        boolean waits = queuesOf(key.tenant()).findAny().isPresent();
        tenantsWaiting += (waits ? 1 : 0) - (waited ? 1 : 0);
        changedQueues.add(key);
        reorder(key);
    }

    Stream<Queue> queuesOf(String tenant) {
        return PRIORITIES.stream()
                .map(priority -> new QueueKey(tenant, priority))
                .filter(queues::containsKey)
                .map(queues::get);
    }

    int tenantsWaiting() {
        return tenantsWaiting;
    }

    Load load(String tenant) {
        return inFlight.getOrDefault(tenant, Load.NONE);
    }

    void load(String tenant, Optional<Load> changed) {
        itemsInFlight += changed.orElse(Load.NONE).items() - load(tenant).items();
        inFlight = changed.map(load -> inFlight.plus(tenant, load)).orElseGet(() -> inFlight.minus(tenant));
        changedTenants.add(tenant);
        reorder(tenant);
    }

    /** Where the tenant's next release starts. */
    long start(String tenant) {
        return Math.max(header.virtualTime(), paidUntil.getOrDefault(tenant, 0L));
    }

    void tag(String tenant, Optional<Long> changed) {
        if (paidUntil.containsKey(tenant)) {
            tags = tags.minus(new Tag(paidUntil.get(tenant), tenant));
        }
        changed.ifPresent(tag -> tags = tags.plus(new Tag(tag, tenant)));
        paidUntil = changed.map(tag -> paidUntil.plus(tenant, tag)).orElseGet(() -> paidUntil.minus(tenant));
        changedTenants.add(tenant);
        reorder(tenant);
    }

    /** The least tag, if it is not ahead of virtual time, or if there are more than that. */
    Optional<Tag> forgettableTag(int most) {
        return tags.isEmpty() || (tags.first().value() > header.virtualTime() && tags.size() <= most)
                ? Optional.empty()
                : Optional.of(tags.first());
    }

    int workers() {
        return leases.size();
    }

    Optional<Lease> lease(String worker) {
        return Optional.ofNullable(leases.get(worker));
    }

    void lease(String worker, Optional<Lease> changed) {
        lease(worker).ifPresent(old -> count(old, -1));
        changed.ifPresent(lease -> count(lease, 1));
        leases = changed.map(lease -> leases.plus(worker, lease)).orElseGet(() -> leases.minus(worker));
        changedWorkers.add(worker);
    }

    private void count(Lease lease, int sign) {
        if (!limits.counts(lease.version())) {
            return;
        }
        Capacity left = capacity.getOrDefault(lease.version(), Capacity.NONE).plus(sign, sign * lease.slots());
        capacity = left.workers() == 0 ? capacity.minus(lease.version()) : capacity.plus(lease.version(), left);
    }

    Optional<QueueKey> next(IntPredicate released) {
        order = order.at(now, header.virtualTime(), limits.ageing());
        return order.next(released);
    }

    private void reorder(String tenant) {
        PRIORITIES.forEach(priority -> reorder(new QueueKey(tenant, priority)));
    }

    private void reorder(QueueKey key) {
        Queue queue = queues.get(key);
        order = queue == null || !tenantMayHaveMore(key.tenant(), queue)
                ? order.without(key)
                : order.with(key, queue, paidUntil.getOrDefault(key.tenant(), 0L), limits.ageing(), now);
    }

    /** What is larger than its tenant's limit runs alone, rather than never. */
    private boolean tenantMayHaveMore(String tenant, Queue queue) {
        Load load = load(tenant);
        TenantShare share = limits.shareOf(tenant);
        return load.items() < share.maxInFlight()
                && (load.items() == 0 || queue.headPixels() <= share.maxPixelsInFlight() - load.pixels());
    }
}
