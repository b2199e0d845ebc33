package io.darkroom.router.streams;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.router.PoolRecord;
import io.darkroom.contract.wire.router.StoredLease;
import io.darkroom.contract.wire.router.StoredLoad;
import io.darkroom.contract.wire.router.StoredQueue;
import io.darkroom.router.dispatch.PoolState;
import io.darkroom.router.dispatch.QueueKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Pools as they are stored. */
final class PoolRecords {
    private PoolRecords() {}

    static PoolState read(PoolRecord record) {
        Map<QueueKey, PoolState.Queue> queues = new HashMap<>();
        record.getQueuesList()
                .forEach(queue -> queues.put(new QueueKey(queue.getTenant(), queue.getPriority()), queue(queue)));
        Map<String, PoolState.Lease> leases = new HashMap<>();
        record.getLeasesList()
                .forEach(lease -> leases.put(
                        lease.getWorkerIncarnation(),
                        new PoolState.Lease(
                                lease.getSlots(),
                                lease.getProtocolVersion(),
                                Instant.ofEpochMilli(lease.getUntilEpochMillis()))));
        return new PoolState(queues, inFlight(record), leases, record.getVirtualTime(), record.getPaidUntilMap());
    }

    private static PoolState.Queue queue(StoredQueue queue) {
        return new PoolState.Queue(
                queue.getHead(),
                queue.getTail(),
                queue.getWaiting(),
                queue.getPixels(),
                queue.getHeadCost(),
                queue.getHeadPixels(),
                queue.getHeadVersion(),
                Instant.ofEpochMilli(queue.getHeadSinceEpochMillis()));
    }

    private static Map<String, PoolState.Load> inFlight(PoolRecord record) {
        Map<String, PoolState.Load> loads = new HashMap<>();
        record.getLoadsList()
                .forEach(load -> loads.put(load.getTenant(), new PoolState.Load(load.getItems(), load.getPixels())));
        for (AttemptKey attempt : record.getInFlightList()) {
            loads.merge(
                    attempt.getJob().getTenant(),
                    new PoolState.Load(1, 0),
                    (one, other) -> new PoolState.Load(one.items() + other.items(), one.pixels()));
        }
        return loads;
    }

    static PoolRecord write(PoolState state) {
        PoolRecord.Builder record =
                PoolRecord.newBuilder().setVirtualTime(state.virtualTime()).putAllPaidUntil(state.paidUntil());
        state.queues().forEach((key, queue) -> record.addQueues(queue(key, queue)));
        state.inFlight()
                .forEach((tenant, load) -> record.addLoads(StoredLoad.newBuilder()
                        .setTenant(tenant)
                        .setItems(load.items())
                        .setPixels(load.pixels())));
        state.leases()
                .forEach((worker, lease) -> record.addLeases(StoredLease.newBuilder()
                        .setWorkerIncarnation(worker)
                        .setSlots(lease.slots())
                        .setProtocolVersion(lease.version())
                        .setUntilEpochMillis(lease.until().toEpochMilli())));
        return record.build();
    }

    private static StoredQueue.Builder queue(QueueKey key, PoolState.Queue queue) {
        return StoredQueue.newBuilder()
                .setTenant(key.tenant())
                .setPriority(key.priority())
                .setHead(queue.head())
                .setTail(queue.tail())
                .setWaiting(queue.waiting())
                .setPixels(queue.pixels())
                .setHeadCost(queue.headCost())
                .setHeadPixels(queue.headPixels())
                .setHeadVersion(queue.headVersion())
                .setHeadSinceEpochMillis(queue.headSince().toEpochMilli());
    }
}
