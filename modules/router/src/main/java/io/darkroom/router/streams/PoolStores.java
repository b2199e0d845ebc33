package io.darkroom.router.streams;

import com.google.protobuf.InvalidProtocolBufferException;
import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.PoolRecord;
import io.darkroom.contract.wire.router.StoredLease;
import io.darkroom.router.dispatch.Backlog;
import io.darkroom.router.dispatch.DispatchMachine;
import io.darkroom.router.dispatch.DispatchOutput;
import io.darkroom.router.dispatch.PoolState;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;

/** The stores of one task of dispatch: pools, their queues, and where in them an attempt waits. */
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
        PoolRecord record = pool(stored);
        Map<String, PoolState.Lease> leases = new HashMap<>();
        record.getLeasesList()
                .forEach(lease -> leases.put(
                        lease.getWorkerIncarnation(),
                        new PoolState.Lease(lease.getSlots(), Instant.ofEpochMilli(lease.getUntilEpochMillis()))));
        return new PoolState(record.getHead(), record.getTail(), new LinkedHashSet<>(record.getInFlightList()), leases);
    }

    void save(String pool, PoolState state) {
        PoolRecord.Builder record = PoolRecord.newBuilder()
                .setHead(state.head())
                .setTail(state.tail())
                .addAllInFlight(state.inFlight());
        state.leases()
                .forEach((worker, lease) -> record.addLeases(StoredLease.newBuilder()
                        .setWorkerIncarnation(worker)
                        .setSlots(lease.slots())
                        .setUntilEpochMillis(lease.until().toEpochMilli())));
        pools.put(pool, record.build().toByteArray());
    }

    Backlog backlog(String pool) {
        return new Backlog() {
            @Override
            public Optional<WorkItem> at(long sequence) {
                return Optional.ofNullable(queue.get(Keys.place(pool, sequence)))
                        .map(PoolStores::item);
            }

            @Override
            public OptionalLong placeOf(AttemptKey attempt) {
                byte[] place = places.get(Keys.attempt(pool, attempt));
                return place == null
                        ? OptionalLong.empty()
                        : OptionalLong.of(ByteBuffer.wrap(place).getLong());
            }
        };
    }

    /** The part of a decision that changes the queue. */
    void apply(String pool, DispatchOutput output) {
        switch (output) {
            case DispatchOutput.Enqueued(long sequence, WorkItem item) -> {
                queue.put(Keys.place(pool, sequence), item.toByteArray());
                places.put(
                        Keys.attempt(pool, DispatchMachine.attemptOf(item)),
                        ByteBuffer.allocate(Long.BYTES).putLong(sequence).array());
            }
            case DispatchOutput.Withdrawn(long sequence, AttemptKey attempt) -> {
                queue.delete(Keys.place(pool, sequence));
                places.delete(Keys.attempt(pool, attempt));
            }
            case DispatchOutput.Passed(long sequence) -> queue.delete(Keys.place(pool, sequence));
            case DispatchOutput.Release(WorkItem item) ->
                places.delete(Keys.attempt(pool, DispatchMachine.attemptOf(item)));
        }
    }

    private static PoolRecord pool(byte[] stored) {
        try {
            return PoolRecord.parseFrom(stored);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the router's store holds what it did not write", e);
        }
    }

    private static WorkItem item(byte[] stored) {
        try {
            return WorkItem.parseFrom(stored);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the router's store holds what it did not write", e);
        }
    }
}
