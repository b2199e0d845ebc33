package io.darkroom.worker.control;

import com.google.protobuf.InvalidProtocolBufferException;
import io.darkroom.contract.wire.WorkerControl;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every record of worker-control. A worker that starts late still has to honour what was
 * cancelled before, as far back as work can be that it may be given: so it reads back first, and
 * takes work only then.
 */
public final class ControlReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ControlReader.class);
    private static final Duration POLL = Duration.ofSeconds(1);

    private final Consumer<String, byte[]> consumer;
    private final String topic;
    private final CancelledJobs cancelled;
    private final Thread thread;
    private volatile boolean closing;

    public ControlReader(Consumer<String, byte[]> consumer, String topic, CancelledJobs cancelled) {
        this.consumer = consumer;
        this.topic = topic;
        this.cancelled = cancelled;
        this.thread = Thread.ofPlatform().name("worker-control").daemon().unstarted(this::run);
    }

    /**
     * Reads what is there from {@code lookBack} ago on, then goes on reading in a thread of its
     * own.
     */
    public void start(Duration lookBack, Clock clock) {
        List<TopicPartition> partitions = partitions();
        consumer.assign(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        seekBack(partitions, ends, clock.instant().minus(lookBack).toEpochMilli());
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            readOnce();
        }
        thread.start();
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        consumer.wakeup();
        if (thread.isAlive()) {
            thread.join();
        } else {
            consumer.close();
        }
    }

    private List<TopicPartition> partitions() {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        if (partitions.isEmpty()) {
            // Reading nothing would mean to ignore every cancellation.
            throw new UnknownTopicOrPartitionException("topic " + topic + " is not known to the brokers yet");
        }
        return partitions;
    }

    private void seekBack(List<TopicPartition> partitions, Map<TopicPartition, Long> ends, long fromEpochMillis) {
        Map<TopicPartition, Long> times =
                partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> fromEpochMillis));
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
        for (TopicPartition partition : partitions) {
            long offset = Optional.ofNullable(found.get(partition))
                    .map(OffsetAndTimestamp::offset)
                    .orElse(ends.get(partition));
            consumer.seek(partition, offset);
        }
    }

    private void run() {
        try (consumer) {
            while (!closing) {
                readOnce();
            }
        } catch (WakeupException e) {
            LOG.debug("control reader woken to close");
        }
    }

    private void readOnce() {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
            apply(record);
        }
    }

    private void apply(ConsumerRecord<String, byte[]> record) {
        try {
            WorkerControl control = WorkerControl.parseFrom(record.value());
            if (control.hasCancel()) {
                cancelled.add(control.getCancel().getJob());
            }
        } catch (InvalidProtocolBufferException e) {
            LOG.error(
                    "{}-{}@{} is no WorkerControl and was skipped",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e);
        }
    }
}
