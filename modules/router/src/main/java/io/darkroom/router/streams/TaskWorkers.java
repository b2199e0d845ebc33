package io.darkroom.router.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.darkroom.contract.wire.router.WorkerLease;
import io.darkroom.router.dispatch.PoolState;
import io.darkroom.router.dispatch.WorkerLiveness;
import io.darkroom.router.dispatch.WorkerLiveness.Key;
import io.darkroom.router.presence.Presence;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.Utils;

/** The workers of one task's pools: who came, changed or went. */
final class TaskWorkers {
    private final Duration lease;
    private final Presence presence;
    private final int partition;
    private final int partitions;
    private final WorkerLiveness liveness;

    /**
     * @param partition of the task
     * @param partitions of the topic that tells tasks of pools
     */
    TaskWorkers(Duration lease, Presence presence, int partition, int partitions) {
        this.lease = lease;
        this.presence = presence;
        this.partition = partition;
        this.partitions = partitions;
        this.liveness = new WorkerLiveness(lease);
    }

    WorkerLiveness liveness() {
        return liveness;
    }

    void heard(Key worker, Duration interval, Instant at) {
        liveness.heard(worker, interval, at);
    }

    /** What the pools' states do not know yet. */
    Map<Key, WorkerLease> news(Instant now, Map<String, PoolState> states) {
        Map<Key, WorkerLease> news = new LinkedHashMap<>();
        for (Presence.Heard heard : presence.heard()) {
            if (isMine(heard.pool()) && now.isBefore(heard.at().plus(lease))) {
                var worker = new Key(heard.pool(), heard.lease().getWorkerIncarnation());
                if (heard.lease().getSlots() > 0) {
                    liveness.heard(worker, Duration.ofMillis(heard.lease().getIntervalMillis()), heard.at());
                } else {
                    liveness.left(worker);
                }
                if (isNews(heard, states)) {
                    news.put(worker, heard.lease());
                }
            }
        }
        for (Key lost : liveness.takeLost(now)) {
            news.put(
                    lost,
                    WorkerLease.newBuilder().setWorkerIncarnation(lost.worker()).build());
        }
        return news;
    }

    private static boolean isNews(Presence.Heard heard, Map<String, PoolState> states) {
        Optional<PoolState.Lease> said = PoolState.Lease.of(heard.lease());
        PoolState state = states.getOrDefault(heard.pool(), PoolState.EMPTY);
        return !said.equals(Optional.ofNullable(state.leases().get(heard.lease().getWorkerIncarnation())));
    }

    /** As the producers of the topic choose a partition for the pool, which is its key. */
    private boolean isMine(String pool) {
        return Utils.toPositive(Utils.murmur2(pool.getBytes(UTF_8))) % partitions == partition;
    }
}
