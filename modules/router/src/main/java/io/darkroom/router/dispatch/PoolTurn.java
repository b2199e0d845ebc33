package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.WorkMoved;
import io.darkroom.contract.wire.router.WorkerLease;
import io.darkroom.router.dispatch.Backlog.Place;
import io.darkroom.router.dispatch.Backlog.Waiting;
import io.darkroom.router.dispatch.PoolState.Lease;
import io.darkroom.router.dispatch.PoolState.Queue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One decision about a pool, while it is being made; used once, for one event. */
final class PoolTurn {
    private static final int FIRST_ATTEMPT = 1;

    private final DispatchLimits limits;
    private final Backlog backlog;
    private final Instant now;
    private final FairOrder order;
    private final Map<QueueKey, Queue> queues;
    private final LinkedHashSet<AttemptKey> inFlight;
    private final Map<String, Lease> leases;
    private final List<DispatchOutput> outputs = new ArrayList<>();

    /** What this event put into a queue and what it took out: the backlog does not show it yet. */
    private Optional<DispatchOutput.Enqueued> added = Optional.empty();

    private Optional<Place> withdrawn = Optional.empty();

    PoolTurn(DispatchLimits limits, PoolState state, Backlog backlog, Instant now) {
        this.limits = limits;
        this.backlog = backlog;
        this.now = now;
        this.order = new FairOrder(limits, state, now);
        this.queues = new HashMap<>(state.queues());
        this.inFlight = new LinkedHashSet<>(state.inFlight());
        this.leases = new HashMap<>(state.leases());
        leases.values().removeIf(lease -> !now.isBefore(lease.until()));
    }

    void wanted(WorkItem item) {
        AttemptKey attempt = DispatchMachine.attemptOf(item);
        if (inFlight.contains(attempt) || backlog.placeOf(attempt).isPresent()) {
            return;
        }
        String tenant = item.getJob().getTenant();
        TenantShare share = limits.shareOf(tenant);
        // A job that was let in is not turned away later: not for a retry, and not for its next item.
        if (item.getIndex() == 0 && item.getAttempt() == FIRST_ATTEMPT && waitingFor(tenant) >= share.maxQueued()) {
            String reason = "tenant " + tenant + " has " + waitingFor(tenant) + " work items waiting for pool "
                    + item.getPool() + ", as many as it may; submit again when some are done";
            outputs.add(new DispatchOutput.TurnedAway(item, reason));
            return;
        }
        enqueue(item, item.getPriority(), now);
        fill();
    }

    void freed(AttemptKey attempt) {
        inFlight.remove(attempt);
        backlog.placeOf(attempt).ifPresent(place -> withdraw(place, attempt));
        fill();
    }

    void leased(WorkerLease lease) {
        if (lease.getSlots() == 0) {
            leases.remove(lease.getWorkerIncarnation());
        } else {
            leases.put(lease.getWorkerIncarnation(), new Lease(lease.getSlots(), now.plus(limits.lease())));
        }
        fill();
    }

    void moved(WorkMoved move) {
        Optional<Place> from = backlog.placeOf(move.getAttempt())
                .filter(place -> place.queue().priority() != known(move.getPriority()));
        from.ifPresent(place -> {
            Waiting waiting = backlog.next(place.queue(), place.sequence()).orElseThrow();
            withdraw(place, move.getAttempt());
            enqueue(
                    waiting.item().toBuilder().setPriority(move.getPriority()).build(),
                    move.getPriority(),
                    waiting.since());
            fill();
        });
    }

    DispatchDecision decision() {
        added.ifPresent(outputs::add);
        return new DispatchDecision(
                new PoolState(queues, inFlight, leases, order.virtualTime(), order.paidUntil()), outputs);
    }

    private void fill() {
        while (hasRoom()) {
            Optional<QueueKey> next = order.next(queues, this::mayHaveMore);
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
        return inFlight.size() < slots + Math.min(leases.size(), slots - 1);
    }

    private boolean mayHaveMore(String tenant) {
        int most = limits.shareOf(tenant).maxInFlight();
        return inFlight.size() < most
                || inFlight.stream()
                                .filter(attempt -> attempt.getJob().getTenant().equals(tenant))
                                .count()
                        < most;
    }

    private long waitingFor(String tenant) {
        return queues.entrySet().stream()
                .filter(entry -> entry.getKey().tenant().equals(tenant))
                .mapToLong(entry -> entry.getValue().waiting())
                .sum();
    }

    private void release(QueueKey key) {
        Queue queue = queues.get(key);
        Waiting first = waiting(key, queue.head()).orElseThrow();
        Place place = new Place(key, first.sequence());
        order.served(key.tenant(), queue.headCost());
        if (isAdded(place)) {
            added = Optional.empty();
        } else {
            outputs.add(new DispatchOutput.Dequeued(place, DispatchMachine.attemptOf(first.item())));
        }
        leave(place);
        inFlight.add(DispatchMachine.attemptOf(first.item()));
        outputs.add(new DispatchOutput.Release(first.item()));
    }

    private void enqueue(WorkItem item, Priority priority, Instant since) {
        QueueKey key = new QueueKey(item.getJob().getTenant(), known(priority));
        Queue queue = queues.get(key);
        long sequence = queue == null ? 0 : queue.tail();
        added = Optional.of(new DispatchOutput.Enqueued(new Place(key, sequence), item, since));
        queues.put(
                key,
                queue == null
                        ? new Queue(0, 1, 1, item.getExpectedCost(), since)
                        : new Queue(
                                queue.head(), sequence + 1, queue.waiting() + 1, queue.headCost(), queue.headSince()));
    }

    private void withdraw(Place place, AttemptKey attempt) {
        withdrawn = Optional.of(place);
        outputs.add(new DispatchOutput.Dequeued(place, attempt));
        leave(place);
    }

    /** The queue after one of its entries has left it. */
    private void leave(Place place) {
        Queue queue = queues.get(place.queue());
        if (queue.waiting() == 1) {
            queues.remove(place.queue());
            return;
        }
        long waiting = queue.waiting() - 1;
        if (place.sequence() > queue.head()) {
            queues.put(
                    place.queue(), new Queue(queue.head(), queue.tail(), waiting, queue.headCost(), queue.headSince()));
            return;
        }
        Waiting head = waiting(place.queue(), place.sequence() + 1).orElseThrow();
        queues.put(
                place.queue(),
                new Queue(head.sequence(), queue.tail(), waiting, head.item().getExpectedCost(), head.since()));
    }

    /** What waits at that place or behind it, after what this event did. */
    private Optional<Waiting> waiting(QueueKey key, long sequence) {
        Optional<Waiting> stored = backlog.next(key, sequence)
                .filter(found -> !withdrawn.equals(Optional.of(new Place(key, found.sequence()))))
                .or(() -> withdrawn
                        .filter(place -> place.queue().equals(key) && place.sequence() >= sequence)
                        .flatMap(place -> backlog.next(key, place.sequence() + 1)));
        return stored.or(() -> added.filter(entry ->
                        entry.place().queue().equals(key) && entry.place().sequence() >= sequence)
                .map(entry -> new Waiting(entry.place().sequence(), entry.item(), entry.since())));
    }

    private boolean isAdded(Place place) {
        return added.filter(entry -> entry.place().equals(place)).isPresent();
    }

    private static Priority known(Priority priority) {
        return switch (priority) {
            case PRIORITY_INTERACTIVE, PRIORITY_BULK -> priority;
            case PRIORITY_STANDARD, PRIORITY_UNSPECIFIED, UNRECOGNIZED -> Priority.PRIORITY_STANDARD;
        };
    }
}
