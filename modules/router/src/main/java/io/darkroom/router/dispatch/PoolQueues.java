package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.router.dispatch.Backlog.Place;
import io.darkroom.router.dispatch.Backlog.Waiting;
import io.darkroom.router.dispatch.PoolState.Queue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A pool's queues while one event is decided on: at most one entry joins and one is withdrawn. What waits is read from the
 * backlog only at a queue's head and behind it, so that a long queue costs no more than a short one.
 */
final class PoolQueues {
    private final PoolDraft pool;
    private final Backlog backlog;
    private final List<DispatchOutput> outputs;

    /** What this event put into a queue and what it took out: the backlog does not show it yet. */
    private Optional<DispatchOutput.Enqueued> added = Optional.empty();

    private Optional<Place> withdrawn = Optional.empty();

    /**
     * @param outputs to which changes of the queues are added
     */
    PoolQueues(PoolDraft pool, Backlog backlog, List<DispatchOutput> outputs) {
        this.pool = pool;
        this.backlog = backlog;
        this.outputs = outputs;
    }

    /** To be called when all is decided. */
    void settle() {
        added.ifPresent(outputs::add);
    }

    long waitingFor(String tenant) {
        return pool.queuesOf(tenant).mapToLong(Queue::waiting).sum();
    }

    long pixelsWaitingFor(String tenant) {
        return pool.queuesOf(tenant).mapToLong(Queue::pixels).sum();
    }

    void enqueue(WorkItem item, Priority priority, Instant since) {
        QueueKey key = new QueueKey(item.getJob().getTenant(), known(priority));
        Optional<Queue> queue = pool.queue(key);
        long sequence = queue.map(Queue::tail).orElse(0L);
        added = Optional.of(new DispatchOutput.Enqueued(new Place(key, sequence), item, since));
        pool.queue(
                key,
                Optional.of(queue.map(longer -> longer.plus(item.getPixels())).orElseGet(() -> Queue.of(item, since))));
    }

    WorkItem takeFirst(QueueKey key) {
        Waiting first = waiting(key, pool.queue(key).orElseThrow().head()).orElseThrow();
        Place place = new Place(key, first.sequence());
        if (isAdded(place)) {
            added = Optional.empty();
        } else {
            outputs.add(new DispatchOutput.Dequeued(place, DispatchMachine.attemptOf(first.item())));
        }
        leave(place, first.item().getPixels());
        return first.item();
    }

    /** Gives what waited there. */
    Waiting withdraw(Place place, AttemptKey attempt) {
        Waiting waiting = backlog.next(place.queue(), place.sequence()).orElseThrow();
        withdrawn = Optional.of(place);
        outputs.add(new DispatchOutput.Dequeued(place, attempt));
        leave(place, waiting.item().getPixels());
        return waiting;
    }

    /** The queue after one of its entries has left it. */
    private void leave(Place place, long pixels) {
        Queue queue = pool.queue(place.queue()).orElseThrow();
        if (queue.waiting() == 1) {
            pool.queue(place.queue(), Optional.empty());
            return;
        }
        Queue left = queue.minus(pixels);
        boolean wasHead = place.sequence() <= queue.head();
        pool.queue(
                place.queue(),
                Optional.of(
                        wasHead
                                ? left.beginningWith(waiting(place.queue(), place.sequence() + 1)
                                        .orElseThrow())
                                : left));
    }

    /** What waits at that place or behind it, after what this event did. */
    private Optional<Waiting> waiting(QueueKey key, long sequence) {
        if (isAdded(new Place(key, sequence))) {
            return addedFrom(key, sequence);
        }
        Optional<Waiting> stored = backlog.next(key, sequence)
                .filter(found -> !withdrawn.equals(Optional.of(new Place(key, found.sequence()))))
                .or(() -> withdrawn
                        .filter(place -> place.queue().equals(key) && place.sequence() >= sequence)
                        .flatMap(place -> backlog.next(key, place.sequence() + 1)));
        return stored.or(() -> addedFrom(key, sequence));
    }

    private Optional<Waiting> addedFrom(QueueKey key, long sequence) {
        return added.filter(entry ->
                        entry.place().queue().equals(key) && entry.place().sequence() >= sequence)
                .map(entry -> new Waiting(entry.place().sequence(), entry.item(), entry.since()));
    }

    private boolean isAdded(Place place) {
        return added.filter(entry -> entry.place().equals(place)).isPresent();
    }

    static Priority known(Priority priority) {
        return switch (priority) {
            case PRIORITY_INTERACTIVE, PRIORITY_BULK -> priority;
            case PRIORITY_STANDARD, PRIORITY_UNSPECIFIED, UNRECOGNIZED -> Priority.PRIORITY_STANDARD;
        };
    }
}
