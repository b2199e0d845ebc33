package io.darkroom.worker.slot;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * Whether a share consumer is a member of its group. It tells of that by its metrics only: a poll returns without records, and
 * without a word, while a consumer waits to be let in, and also after it has been shut out.
 */
final class Membership {
    /** Several times what brokers ask for, and less than they wait for before they take a member's records away. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(20);

    private static final String GROUP = "consumer-share-coordinator-metrics";

    private final ShareConsumer<?, ?> consumer;
    private final long openedNanos = System.nanoTime();

    Membership(ShareConsumer<?, ?> consumer) {
        this.consumer = consumer;
    }

    /** Partitions were given to it since it was opened. */
    boolean joined() {
        return value("rebalance-total").filter(rebalances -> rebalances > 0).isPresent();
    }

    /**
     * To be called between polls.
     *
     * @throws KafkaException if the group was not heard of for so long that another member should be made
     */
    void check() {
        double silence = value("last-heartbeat-seconds-ago")
                .filter(seconds -> seconds >= 0)
                .orElse((System.nanoTime() - openedNanos) / 1e9);
        if (silence > LONGEST_SILENCE.toSeconds()) {
            throw new KafkaException("the group's coordinator was not spoken to for " + (long) silence + " s");
        }
    }

    private Optional<Double> value(String name) {
        for (Map.Entry<MetricName, ? extends Metric> metric : consumer.metrics().entrySet()) {
            if (metric.getKey().name().equals(name) && metric.getKey().group().equals(GROUP)) {
                return metric.getValue().metricValue() instanceof Double value && !value.isNaN()
                        ? Optional.of(value)
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }
}
