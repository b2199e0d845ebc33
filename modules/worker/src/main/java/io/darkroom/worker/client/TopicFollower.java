package io.darkroom.worker.client;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every record of a topic: those that are there, before {@link #start} returns, then those that come, in a thread of its own.
 * A consumer that fails is replaced by another one that goes on at the same place, so that no reader falls silent while its worker
 * takes work.
 */
public final class TopicFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final String topic;
    private final Supplier<Consumer<String, byte[]>> consumers;
    private final ClientFailures failures;
    private final Reader reader;
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /** Takes what was read; one thread at a time calls it. */
    public interface Reader {
        void read(ConsumerRecord<String, byte[]> record);

        /** After each poll, whether or not it brought records, once {@link #start} has come to the topic's end. */
        default void afterPoll() throws InterruptedException {}
    }

    /**
     * @param consumers gives a consumer that is a member of no group, each time it is asked
     */
    public TopicFollower(
            String topic, Supplier<Consumer<String, byte[]>> consumers, ClientFailures failures, Reader reader) {
        this.topic = topic;
        this.consumers = consumers;
        this.failures = failures;
        this.reader = reader;
        this.thread = Thread.ofPlatform().name("follow-" + topic).daemon().unstarted(this::follow);
    }

    /**
     * Reads to the topic's end, then goes on in a thread of its own.
     *
     * @param from when what is read first was written; from the topic's beginning if empty
     */
    public void start(Optional<Instant> from) throws InterruptedException {
        try (Consumer<String, byte[]> consumer = consumers.get()) {
            List<TopicPartition> partitions = partitions(consumer);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            if (from.isPresent()) {
                seek(consumer, ends, from.get());
            } else {
                consumer.seekToBeginning(partitions);
            }
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                poll(consumer);
            }
            partitions.forEach(partition -> positions.put(partition, consumer.position(partition)));
        }
        reader.afterPoll();
        thread.start();
    }

    @Override
    public void close() throws InterruptedException {
        closing.countDown();
        if (thread.isAlive()) {
            thread.interrupt();
            thread.join();
        }
    }

    private boolean closing() {
        return closing.getCount() == 0;
    }

    private List<TopicPartition> partitions(Consumer<String, byte[]> consumer) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        if (partitions.isEmpty()) {
            // Reading nothing would look like reading all that there is.
            throw new UnknownTopicOrPartitionException("topic " + topic + " is not known to the brokers yet");
        }
        return partitions;
    }

    private static void seek(Consumer<String, byte[]> consumer, Map<TopicPartition, Long> ends, Instant from) {
        Map<TopicPartition, Long> times =
                ends.keySet().stream().collect(Collectors.toMap(partition -> partition, _ -> from.toEpochMilli()));
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
        ends.forEach((partition, end) -> consumer.seek(
                partition,
                Optional.ofNullable(found.get(partition))
                        .map(OffsetAndTimestamp::offset)
                        .orElse(end)));
    }

    private void follow() {
        while (!closing()) {
            try (Consumer<String, byte[]> consumer = consumers.get()) {
                consumer.assign(positions.keySet());
                positions.forEach(consumer::seek);
                while (!closing()) {
                    poll(consumer);
                    failures.worked(topic);
                    reader.afterPoll();
                }
            } catch (WakeupException | InterruptException | InterruptedException e) {
                LOG.debug("the reader of {} was told to close", topic);
            } catch (KafkaException e) {
                LOG.warn(
                        "reading {} failed, another consumer goes on: {}",
                        topic,
                        failures.met(topic, e).message());
                pause();
            } catch (RuntimeException e) {
                LOG.error("a record of {} ended its reader, another one goes on behind it", topic, e);
                pause();
            }
        }
    }

    private void poll(Consumer<String, byte[]> consumer) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
            // Before it is read: a record that cannot be is not read again.
            positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
            reader.read(record);
        }
    }

    private void pause() {
        try {
            var unused = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            LOG.debug("the reader of {} was told to close", topic);
        }
    }
}
