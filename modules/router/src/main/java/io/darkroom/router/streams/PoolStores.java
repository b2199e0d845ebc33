package io.darkroom.router.streams;

import com.google.protobuf.MessageLite;
import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.PoolRecord;
import io.darkroom.contract.wire.router.StoredLease;
import io.darkroom.contract.wire.router.StoredLoad;
import io.darkroom.contract.wire.router.StoredPlace;
import io.darkroom.contract.wire.router.StoredQueue;
import io.darkroom.contract.wire.router.StoredWaiting;
import io.darkroom.router.dispatch.Backlog;
import io.darkroom.router.dispatch.DispatchMachine;
import io.darkroom.router.dispatch.DispatchOutput;
import io.darkroom.router.dispatch.PoolChanges;
import io.darkroom.router.dispatch.PoolState;
import io.darkroom.router.dispatch.QueueKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** The stores of one task of dispatch: pools in parts, what waits for them, and where an attempt is: in a queue or in flight. */
final class PoolStores {
    static final String POOLS = "pools";
    static final String QUEUE = "pool-queue";
    static final String PLACES = "pool-places";

    private final KeyValueStore<String, byte[]> pools;
    private final KeyValueStore<byte[], byte[]> queue;
    private final KeyValueStore<byte[], byte[]> places;

    PoolStores(ProcessorContext<?, ?> context) {
        this.pools = context.getStateStore(POOLS);
        this.queue = context.getStateStore(QUEUE);
        this.places = context.getStateStore(PLACES);
    }

    /** All pools of the task, by name. */
    Map<String, StoredPool> readAll() {
        Map<String, StoredPool> found = new HashMap<>();
        try (KeyValueIterator<String, byte[]> entries = pools.all()) {
            while (entries.hasNext()) {
                KeyValue<String, byte[]> entry = entries.next();
                String pool = Keys.poolOf(entry.key);
                add(
                        entry.key.substring(pool.length()),
                        entry.value,
                        found.computeIfAbsent(pool, _ -> new StoredPool()));
            }
        }
        return found;
    }

    private static void add(String part, byte[] value, StoredPool pool) {
        if (part.startsWith(Keys.QUEUES)) {
            pool.add(Stored.parse(StoredQueue.parser(), value));
        } else if (part.startsWith(Keys.TENANTS)) {
            pool.add(Stored.parse(StoredLoad.parser(), value));
        } else if (part.startsWith(Keys.WORKERS)) {
            pool.add(Stored.parse(StoredLease.parser(), value));
        } else {
            pool.add(Stored.parse(PoolRecord.parser(), value));
        }
    }

    /** Stores a pool in parts that was one record before. */
    void migrate(String pool, StoredPool former, PoolState state) {
        former.formerInFlight().forEach(attempt -> putInFlight(pool, attempt, 0, 0));
        Set<String> tenants = new HashSet<>(state.inFlight().keySet());
        tenants.addAll(state.paidUntil().keySet());
        save(
                pool,
                state,
                new PoolChanges(state.queues().keySet(), tenants, state.leases().keySet(), true));
    }

    /** What was changed in the state. */
    void save(String pool, PoolState state, PoolChanges changes) {
        changes.queues()
                .forEach(key -> put(
                        Keys.queue(pool, key),
                        Optional.ofNullable(state.queues().get(key)).map(queue -> PoolRecords.queue(key, queue))));
        changes.tenants().forEach(tenant -> put(Keys.tenant(pool, tenant), account(state, tenant)));
        changes.workers()
                .forEach(worker -> put(
                        Keys.worker(pool, worker),
                        Optional.ofNullable(state.leases().get(worker))
                                .map(lease -> PoolRecords.lease(worker, lease))));
        if (changes.header()) {
            put(pool, Optional.of(PoolRecords.header(state.header())));
        }
    }

    private static Optional<MessageLite> account(PoolState state, String tenant) {
        Optional<PoolState.Load> load = Optional.ofNullable(state.inFlight().get(tenant));
        long paidUntil = state.paidUntil().getOrDefault(tenant, 0L);
        return load.isEmpty() && paidUntil == 0
                ? Optional.empty()
                : Optional.of(PoolRecords.load(tenant, load, paidUntil));
    }

    private void put(String key, Optional<? extends MessageLite> value) {
        value.ifPresentOrElse(present -> pools.put(key, present.toByteArray()), () -> pools.delete(key));
    }

    private void putInFlight(String pool, AttemptKey attempt, long pixels, int version) {
        places.put(
                Keys.attempt(pool, attempt),
                StoredPlace.newBuilder()
                        .setInFlight(true)
                        .setPixels(pixels)
                        .setVersion(version)
                        .build()
                        .toByteArray());
    }

    Backlog backlog(String pool) {
        return new Backlog() {
            @Override
            public Optional<Waiting> next(QueueKey key, long sequence) {
                byte[] from = Keys.place(pool, key, sequence);
                // Mostly it is the very entry, and to seek costs several times as much as to get.
                byte[] there = queue.get(from);
                if (there != null) {
                    return Optional.of(waiting(sequence, there));
                }
                byte[] to = Keys.place(pool, key, Long.MAX_VALUE);
                try (KeyValueIterator<byte[], byte[]> entries = queue.range(from, to)) {
                    return entries.hasNext() ? Optional.of(waiting(entries.next())) : Optional.empty();
                }
            }

            @Override
            public Optional<Whereabouts> find(AttemptKey attempt) {
                return Optional.ofNullable(places.get(Keys.attempt(pool, attempt)))
                        .map(stored -> whereabouts(Stored.parse(StoredPlace.parser(), stored)));
            }
        };
    }

    private static Backlog.Whereabouts whereabouts(StoredPlace stored) {
        return stored.getInFlight()
                ? new Backlog.InFlight(stored.getPixels(), stored.getVersion())
                : new Backlog.Place(new QueueKey(stored.getTenant(), stored.getPriority()), stored.getSequence());
    }

    /** The part of a decision that changes the queues, and what is in flight. */
    void apply(String pool, DispatchOutput output) {
        switch (output) {
            case DispatchOutput.Enqueued(Backlog.Place place, WorkItem item, Instant since) -> {
                queue.put(
                        Keys.place(pool, place.queue(), place.sequence()),
                        StoredWaiting.newBuilder()
                                .setItem(item)
                                .setSinceEpochMillis(since.toEpochMilli())
                                .build()
                                .toByteArray());
                places.put(
                        Keys.attempt(pool, DispatchMachine.attemptOf(item)),
                        StoredPlace.newBuilder()
                                .setTenant(place.queue().tenant())
                                .setPriority(place.queue().priority())
                                .setSequence(place.sequence())
                                .build()
                                .toByteArray());
            }
            case DispatchOutput.Dequeued(Backlog.Place place, AttemptKey attempt) -> {
                queue.delete(Keys.place(pool, place.queue(), place.sequence()));
                places.delete(Keys.attempt(pool, attempt));
            }
            case DispatchOutput.Release(WorkItem item) ->
                putInFlight(pool, DispatchMachine.attemptOf(item), item.getPixels(), item.getProtocolVersion());
            case DispatchOutput.Landed(AttemptKey attempt) -> places.delete(Keys.attempt(pool, attempt));
            case DispatchOutput.TurnedAway _ -> {}
        }
    }

    private static Backlog.Waiting waiting(KeyValue<byte[], byte[]> entry) {
        return waiting(Keys.sequenceOf(entry.key), entry.value);
    }

    private static Backlog.Waiting waiting(long sequence, byte[] value) {
        StoredWaiting stored = Stored.parse(StoredWaiting.parser(), value);
        return new Backlog.Waiting(sequence, stored.getItem(), Instant.ofEpochMilli(stored.getSinceEpochMillis()));
    }
}
