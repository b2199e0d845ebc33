package io.darkroom.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads topics from their beginning as a user's client should: committed records only. */
public final class TopicReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration METADATA_PATIENCE = Duration.ofSeconds(10);

    private final KafkaConsumer<String, byte[]> consumer;
    private final List<String> topics;
    private final List<ConsumerRecord<String, byte[]>> seen = new ArrayList<>();

    TopicReader(String bootstrapServers, List<String> topics) {
        this.topics = List.copyOf(topics);
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", bootstrapServers,
                        "isolation.level", "read_committed",
                        "enable.auto.commit", "false",
                        "fetch.max.wait.ms", "50"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                topics.stream().flatMap(topic -> partitionsOf(topic).stream()).toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Every record read so far, each partition in its order. */
    public List<ConsumerRecord<String, byte[]>> seen() {
        return List.copyOf(seen);
    }

    /**
     * The first record, of those already seen and those to come, that is as wanted.
     *
     * @throws AssertionError when none is there in time, with the keys of those that were
     */
    public ConsumerRecord<String, byte[]> await(Predicate<ConsumerRecord<String, byte[]>> wanted, Duration timeout) {
        return awaitCount(wanted, 1, timeout).getFirst();
    }

    /** The first {@code count} records that are as wanted. */
    public List<ConsumerRecord<String, byte[]>> awaitCount(
            Predicate<ConsumerRecord<String, byte[]>> wanted, int count, Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        List<ConsumerRecord<String, byte[]>> found = matching(wanted);
        while (found.size() < count) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("of "
                        + count
                        + " wanted records in "
                        + topics
                        + " there were "
                        + found.size()
                        + " after "
                        + timeout
                        + "; seen: "
                        + describeSeen());
            }
            poll();
            found = matching(wanted);
        }
        return found;
    }

    /**
     * Reads up to the present end of the topics, so that {@link #seen} holds all that is there now.
     */
    public List<ConsumerRecord<String, byte[]>> readToEnd() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            poll();
        }
        return seen();
    }

    @Override
    public void close() {
        consumer.close();
    }

    /** A topic that was made a moment ago may not be known yet to the broker that is asked. */
    private List<TopicPartition> partitionsOf(String topic) {
        long end = System.nanoTime() + METADATA_PATIENCE.toNanos();
        List<PartitionInfo> partitions = consumer.partitionsFor(topic);
        while (partitions.isEmpty() && System.nanoTime() - end < 0) {
            partitions = consumer.partitionsFor(topic);
        }
        if (partitions.isEmpty()) {
            throw new AssertionError("there is no topic " + topic);
        }
        return partitions.stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    }

    private void poll() {
        consumer.poll(POLL).forEach(seen::add);
    }

    private List<ConsumerRecord<String, byte[]>> matching(Predicate<ConsumerRecord<String, byte[]>> wanted) {
        return seen.stream().filter(wanted).collect(Collectors.toList());
    }

    private String describeSeen() {
        return seen.stream()
                .map(record -> record.topic() + "[" + record.key() + "]")
                .collect(Collectors.joining(", ", "", "."));
    }
}
