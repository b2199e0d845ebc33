package io.darkroom.router.streams;

import io.darkroom.contract.wire.router.PoolRecord;
import io.darkroom.contract.wire.router.StoredLease;
import io.darkroom.contract.wire.router.StoredLoad;
import io.darkroom.contract.wire.router.StoredQueue;
import io.darkroom.router.dispatch.PoolState.Header;
import io.darkroom.router.dispatch.PoolState.Lease;
import io.darkroom.router.dispatch.PoolState.Load;
import io.darkroom.router.dispatch.PoolState.Queue;
import io.darkroom.router.dispatch.QueueKey;
import java.time.Instant;
import java.util.Optional;

/** Parts of pools as they are stored. */
final class PoolRecords {
    private PoolRecords() {}

    static Header header(PoolRecord record) {
        long heldSince = record.getHeldSinceEpochMillis();
        return new Header(
                record.getVirtualTime(),
                record.getNewerInFlightMap(),
                heldSince == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(heldSince)));
    }

    static PoolRecord header(Header header) {
        return PoolRecord.newBuilder()
                .setVirtualTime(header.virtualTime())
                .putAllNewerInFlight(header.newerInFlight())
                .setHeldSinceEpochMillis(
                        header.heldSince().map(Instant::toEpochMilli).orElse(0L))
                .build();
    }

    static StoredQueue queue(QueueKey key, Queue queue) {
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
                .setHeadSinceEpochMillis(queue.headSince().toEpochMilli())
                .build();
    }

    /** @param paidUntil 0 when the tenant owes nothing */
    static StoredLoad load(String tenant, Optional<Load> load, long paidUntil) {
        return StoredLoad.newBuilder()
                .setTenant(tenant)
                .setItems(load.map(Load::items).orElse(0))
                .setPixels(load.map(Load::pixels).orElse(0L))
                .setPaidUntil(paidUntil)
                .build();
    }

    static StoredLease lease(String worker, Lease lease) {
        return StoredLease.newBuilder()
                .setWorkerIncarnation(worker)
                .setSlots(lease.slots())
                .setProtocolVersion(lease.version())
                .setIntervalMillis(lease.interval().toMillis())
                .build();
    }
}
