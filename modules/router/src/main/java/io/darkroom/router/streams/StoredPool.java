package io.darkroom.router.streams;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.router.PoolRecord;
import io.darkroom.contract.wire.router.StoredLease;
import io.darkroom.contract.wire.router.StoredLoad;
import io.darkroom.contract.wire.router.StoredQueue;
import io.darkroom.router.dispatch.PoolState.Header;
import io.darkroom.router.dispatch.PoolState.Lease;
import io.darkroom.router.dispatch.PoolState.Load;
import io.darkroom.router.dispatch.PoolState.Queue;
import io.darkroom.router.dispatch.QueueKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is stored of one pool, while its records are read one after the other. */
final class StoredPool {
    private final Map<QueueKey, Queue> queues = new HashMap<>();
    private final Map<String, Load> loads = new HashMap<>();
    private final Map<String, Long> paidUntil = new HashMap<>();
    private final Map<String, Lease> leases = new HashMap<>();

    /** Attempts of a record from before they had entries of their own. */
    private final List<AttemptKey> inFlight = new ArrayList<>();

    private Header header = Header.EMPTY;
    private boolean former;

    Map<QueueKey, Queue> queues() {
        return queues;
    }

    Map<String, Load> loads() {
        return loads;
    }

    Map<String, Long> paidUntil() {
        return paidUntil;
    }

    Map<String, Lease> leases() {
        return leases;
    }

    Header header() {
        return header;
    }

    /** Whether all of it was one record, as routers wrote it before. */
    boolean isFormer() {
        return former;
    }

    List<AttemptKey> formerInFlight() {
        return inFlight;
    }

    void add(PoolRecord record) {
        header = PoolRecords.header(record);
        former = record.getQueuesCount() + record.getLoadsCount() + record.getLeasesCount() > 0
                || record.getInFlightCount() + record.getPaidUntilCount() > 0;
        record.getQueuesList().forEach(this::add);
        record.getLoadsList().forEach(this::add);
        record.getLeasesList().forEach(this::add);
        paidUntil.putAll(record.getPaidUntilMap());
        for (AttemptKey attempt : record.getInFlightList()) {
            inFlight.add(attempt);
            loads.merge(
                    attempt.getJob().getTenant(),
                    new Load(1, 0),
                    (one, other) -> new Load(one.items() + other.items(), one.pixels()));
        }
    }

    void add(StoredQueue queue) {
        queues.put(
                new QueueKey(queue.getTenant(), queue.getPriority()),
                new Queue(
                        queue.getHead(),
                        queue.getTail(),
                        queue.getWaiting(),
                        queue.getPixels(),
                        queue.getHeadCost(),
                        queue.getHeadPixels(),
                        queue.getHeadVersion(),
                        Instant.ofEpochMilli(queue.getHeadSinceEpochMillis())));
    }

    void add(StoredLoad load) {
        if (load.getItems() > 0) {
            loads.put(load.getTenant(), new Load(load.getItems(), load.getPixels()));
        }
        if (load.getPaidUntil() > 0) {
            paidUntil.put(load.getTenant(), load.getPaidUntil());
        }
    }

    void add(StoredLease lease) {
        leases.put(
                lease.getWorkerIncarnation(),
                new Lease(
                        lease.getSlots(),
                        Math.max(1, lease.getProtocolVersion()),
                        Duration.ofMillis(lease.getIntervalMillis())));
    }
}
