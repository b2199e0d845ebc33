package io.darkroom.router.streams;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.PoolRecord;
import io.darkroom.contract.wire.router.StoredPlace;
import io.darkroom.contract.wire.router.StoredWaiting;
import io.darkroom.router.dispatch.Backlog;
import io.darkroom.router.dispatch.DispatchMachine;
import io.darkroom.router.dispatch.DispatchOutput;
import io.darkroom.router.dispatch.PoolState;
import io.darkroom.router.dispatch.QueueKey;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** The stores of one task of dispatch: pools, what waits for them, and where an attempt is: in a queue or in flight. */
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

    PoolState load(String pool) {
        byte[] stored = pools.get(pool);
        if (stored == null) {
            return PoolState.EMPTY;
        }
        PoolRecord record = Stored.parse(PoolRecord.parser(), stored);
        // Written before attempts in flight had entries of their own.
        record.getInFlightList().forEach(attempt -> putInFlight(pool, attempt, 0));
        return PoolRecords.read(record);
    }

    void save(String pool, PoolState state) {
        pools.put(pool, PoolRecords.write(state).toByteArray());
    }

    private void putInFlight(String pool, AttemptKey attempt, long pixels) {
        places.put(
                Keys.attempt(pool, attempt),
                StoredPlace.newBuilder()
                        .setInFlight(true)
                        .setPixels(pixels)
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
                ? new Backlog.InFlight(stored.getPixels())
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
                putInFlight(pool, DispatchMachine.attemptOf(item), item.getPixels());
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
