package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.router.dispatch.Backlog.Place;
import io.darkroom.router.dispatch.Backlog.Waiting;
import io.darkroom.router.dispatch.PoolState.Queue;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A pool's queues while one event is decided on: at most one entry joins and one is withdrawn. What waits is read from the
 * backlog only at a queue's head and behind it, so that a long queue costs no more than a short one.
 */
final class PoolQueues {
    private final Map<QueueKey, Queue> queues;
    private final Backlog backlog;
    private final List<DispatchOutput> outputs;

    /** What this event put into a queue and what it took out: the backlog does not show it yet. */
    private Optional<DispatchOutput.Enqueued> added = Optional.empty();

    private Optional<Place> withdrawn = Optional.empty();

    /**
     * @param outputs to which changes of the queues are added
     */
    PoolQueues(Map<QueueKey, Queue> queues, Backlog backlog, List<DispatchOutput> outputs) {
        this.queues = new HashMap<>(queues);
        this.backlog = backlog;
        this.outputs = outputs;
    }

    Map<QueueKey, Queue> all() {
        return Collections.unmodifiableMap(queues);
    }

    /** To be called when all is decided. */
    void settle() {
        added.ifPresent(outputs::add);
    }

    long waitingFor(String tenant) {
        return ofTenant(tenant).mapToLong(Queue::waiting).sum();
    }

    long pixelsWaitingFor(String tenant) {
        return ofTenant(tenant).mapToLong(Queue::pixels).sum();
    }

    private Stream<Queue> ofTenant(String tenant) {
        return queues.entrySet().stream()
                .filter(entry -> entry.getKey().tenant().equals(tenant))
                .map(Map.Entry::getValue);
    }

    void enqueue(WorkItem item, Priority priority, Instant since) {
        QueueKey key = new QueueKey(item.getJob().getTenant(), known(priority));
        Queue queue = queues.get(key);
        long sequence = queue == null ? 0 : queue.tail();
        added = Optional.of(new DispatchOutput.Enqueued(new Place(key, sequence), item, since));
        queues.put(key, queue == null ? Queue.of(item, since) : queue.plus(item.getPixels()));
    }

    WorkItem takeFirst(QueueKey key) {
        Waiting first = waiting(key, queues.get(key).head()).orElseThrow();
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
        Queue queue = queues.get(place.queue());
        if (queue.waiting() == 1) {
            queues.remove(place.queue());
            return;
        }
        Queue left = queue.minus(pixels);
        boolean wasHead = place.sequence() <= queue.head();
        queues.put(
                place.queue(),
                wasHead
                        ? left.beginningWith(
                                waiting(place.queue(), place.sequence() + 1).orElseThrow())
                        : left);
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
