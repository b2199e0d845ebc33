package io.darkroom.router.streams;

import io.darkroom.router.dispatch.PoolState;
import io.darkroom.router.dispatch.QueueKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.StreamsMetrics;

/**
 * What waits for pools and is in flight there, as gauges of Kafka's own metrics beside those of Streams: by JMX, {@code
 * kafka.streams:type=darkroom-queues,pool=...,tenant=...,priority=...} and {@code type=darkroom-pools,pool=...}. They are set
 * when something happens in a pool; a heartbeat does.
 */
final class QueueMetrics {
    /** Each gauge takes memory in every router; beyond so many, those of further queues are left out. */
    private static final int MOST_QUEUES = 2000;

    private final StreamsMetrics metrics;
    private final Map<String, Map<QueueKey, Gauges>> queues = new HashMap<>();
    private final Map<String, Gauges> pools = new HashMap<>();
    private int shown;

    QueueMetrics(StreamsMetrics metrics) {
        this.metrics = metrics;
    }

    void show(String pool, PoolState state, Instant now) {
        Gauges all = pools.computeIfAbsent(pool, name -> Gauges.in(metrics, "darkroom-pools", Map.of("pool", name)));
        all.set(
                "waiting",
                state.queues().values().stream()
                        .mapToLong(PoolState.Queue::waiting)
                        .sum());
        all.set(
                "in-flight",
                state.inFlight().values().stream()
                        .mapToLong(PoolState.Load::items)
                        .sum());
        all.set(
                "pixels-in-flight",
                state.inFlight().values().stream()
                        .mapToLong(PoolState.Load::pixels)
                        .sum());
        all.set("workers", state.leases().size());
        all.set(
                "capacity",
                state.leases().values().stream()
                        .mapToLong(PoolState.Lease::slots)
                        .sum());
        all.set(
                "oldest-waiting-ms",
                state.queues().values().stream()
                        .mapToLong(queue -> age(queue, now))
                        .max()
                        .orElse(0));
        showQueues(pool, state, now);
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
