package io.darkroom.router.streams;

import io.darkroom.router.dispatch.DispatchLimits;
import io.darkroom.router.dispatch.PoolState;
import io.darkroom.router.dispatch.QueueKey;
import io.darkroom.router.dispatch.WorkerLiveness;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.StreamsMetrics;

/**
 * What waits for pools and is in flight there, as gauges of Kafka's own metrics beside those of Streams: by JMX, {@code
 * kafka.streams:type=darkroom-queues,pool=...,tenant=...,priority=...} and {@code type=darkroom-pools,pool=...}. They are
 * set from the pools' states by the clock, whether something happens there or not, from the moment a router has a pool.
 */
final class QueueMetrics {
    /** Each gauge takes memory in every router; beyond so many, those of further queues are left out. */
    private static final int MOST_QUEUES = 2000;

    private final StreamsMetrics metrics;
    private final DispatchLimits limits;
    private final Map<String, Map<QueueKey, Gauges>> queues = new HashMap<>();
    private final Map<String, Gauges> pools = new HashMap<>();
    private int shown;

    QueueMetrics(StreamsMetrics metrics, DispatchLimits limits) {
        this.metrics = metrics;
        this.limits = limits;
    }

    void show(Map<String, PoolState> states, WorkerLiveness liveness, Instant now) {
        states.forEach((pool, state) -> {
            showPool(pool, state, now);
            showWorkers(pool, state, liveness, now);
            showQueues(pool, state, now);
        });
    }

    private void showPool(String pool, PoolState state, Instant now) {
        Gauges all = gaugesOf(pool);
        all.set("waiting", sum(state.queues().values(), PoolState.Queue::waiting));
        all.set("tenants-waiting", state.tenantsWaiting());
        all.set("in-flight", state.itemsInFlight());
        all.set("pixels-in-flight", sum(state.inFlight().values(), PoolState.Load::pixels));
        all.set(
                "oldest-waiting-ms",
                state.queues().values().stream()
                        .mapToLong(queue -> age(queue, now))
                        .max()
                        .orElse(0));
    }

    private void showWorkers(String pool, PoolState state, WorkerLiveness liveness, Instant now) {
        List<PoolState.Lease> live = state.leases().entrySet().stream()
                .filter(entry -> liveness.isLive(new WorkerLiveness.Key(pool, entry.getKey()), now))
                .map(Map.Entry::getValue)
                .toList();
        List<PoolState.Lease> counting =
                live.stream().filter(lease -> limits.counts(lease.version())).toList();
        Gauges all = gaugesOf(pool);
        all.set("workers", counting.size());
        all.set("capacity", sum(counting, PoolState.Lease::slots));
        int newest = live.stream().mapToInt(PoolState.Lease::version).max().orElse(0);
        all.set(
                "old-workers",
                live.stream().filter(lease -> lease.version() < newest).count());
    }

    private Gauges gaugesOf(String pool) {
        return pools.computeIfAbsent(pool, name -> Gauges.in(metrics, "darkroom-pools", Map.of("pool", name)));
    }

    private static <T> long sum(Collection<T> of, ToLongFunction<T> what) {
        return of.stream().mapToLong(what).sum();
    }

    private void showQueues(String pool, PoolState state, Instant now) {
        Map<QueueKey, Gauges> ofPool = queues.computeIfAbsent(pool, _ -> new HashMap<>());
        Set<QueueKey> gone = new HashSet<>(ofPool.keySet());
        gone.removeAll(state.queues().keySet());
        gone.forEach(key -> {
            ofPool.remove(key).remove();
            shown--;
        });
        state.queues().forEach((key, queue) -> {
            if (!ofPool.containsKey(key) && shown < MOST_QUEUES) {
                ofPool.put(key, Gauges.in(metrics, "darkroom-queues", tags(pool, key)));
                shown++;
            }
            if (ofPool.containsKey(key)) {
                ofPool.get(key).set("waiting", queue.waiting());
                ofPool.get(key).set("pixels-waiting", queue.pixels());
                ofPool.get(key).set("oldest-waiting-ms", age(queue, now));
            }
        });
    }

    /** When the task leaves this router, another one shows its pools. */
    void close() {
        queues.values().forEach(ofPool -> ofPool.values().forEach(Gauges::remove));
        pools.values().forEach(Gauges::remove);
        queues.clear();
        pools.clear();
        shown = 0;
    }

    /** Of the first entry, which is the oldest but for what was moved. */
    private static long age(PoolState.Queue queue, Instant now) {
        return Math.max(0, Duration.between(queue.headSince(), now).toMillis());
    }

    private static Map<String, String> tags(String pool, QueueKey key) {
        String priority = key.priority().name().replace("PRIORITY_", "").toLowerCase(Locale.ROOT);
        return Map.of("pool", pool, "tenant", key.tenant(), "priority", priority);
    }

    /** Gauges with the same tags. */
    private record Gauges(StreamsMetrics metrics, String group, Map<String, String> tags, Map<String, Sensor> sensors) {
        static Gauges in(StreamsMetrics metrics, String group, Map<String, String> tags) {
            return new Gauges(metrics, group, tags, new HashMap<>());
        }

        void set(String name, double value) {
            sensors.computeIfAbsent(name, _ -> RouterSensors.gauge(metrics, group, name, tags))
                    .record(value);
        }

        void remove() {
            sensors.values().forEach(metrics::removeSensor);
        }
    }
}
