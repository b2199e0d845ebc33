package io.darkroom.worker.slot;

import io.darkroom.contract.wire.WorkItem;
import io.darkroom.worker.attempt.Draining;
import io.darkroom.worker.event.EventNotPublishedException;
import io.darkroom.worker.execution.AttemptExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A place in the worker's batch: one thread with one share consumer that holds at most one record.
 * It accepts a record only when the router's topic has the outcome; until then the record goes to
 * another worker if this one is lost.
 *
 * <p>An acknowledgement proves nothing and fences nothing (the broker takes a late one too), so
 * nothing here depends on its result: the router tells attempts apart.
 */
public final class Slot {

    private static final Logger LOG = LoggerFactory.getLogger(Slot.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration PAUSE_AFTER_FAULT = Duration.ofSeconds(1);

    /**
     * Leaves a released record to others. The broker drops a record in silence after ten
     * deliveries, which one worker that cannot use it would otherwise bring about within a second.
     */
    private static final Duration PAUSE_AFTER_RELEASE = Duration.ofSeconds(5);

    private final ShareConsumer<String, byte[]> consumer;
    private final String topic;
    private final AttemptExecutor executor;
    private final DeadLetters deadLetters;
    private final Draining draining;
    private final AtomicInteger busySlots;
    private final Thread thread;

    public Slot(
            int number,
            ShareConsumer<String, byte[]> consumer,
            String topic,
            AttemptExecutor executor,
            DeadLetters deadLetters,
            Draining draining,
            AtomicInteger busySlots) {
        this.consumer = consumer;
        this.topic = topic;
        this.executor = executor;
        this.deadLetters = deadLetters;
        this.draining = draining;
        this.busySlots = busySlots;
        this.thread = Thread.ofPlatform().name("slot-" + number).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Ends a poll that waits for work; work that runs is not disturbed. */
    public void wake() {
        consumer.wakeup();
    }

    /**
     * Waits for the thread's end, which comes once {@link Draining} has begun and its work is over.
     */
    public void join() throws InterruptedException {
        thread.join();
    }

    private void run() {
        try (consumer) {
            consumer.subscribe(List.of(topic));
            while (!draining.begun()) {
                takeOne();
            }
        } catch (InterruptedException | InterruptException e) {
            LOG.info("slot interrupted, its record goes to another worker");
        }
    }

    private void takeOne() throws InterruptedException {
        try {
            ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
            for (ConsumerRecord<String, byte[]> record : records) {
                AcknowledgeType type = handle(record);
                acknowledge(record, type);
                if (type == AcknowledgeType.RELEASE) {
                    draining.pause(PAUSE_AFTER_RELEASE);
                }
            }
        } catch (WakeupException e) {
            LOG.debug("slot woken");
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            LOG.warn("taking work from {} failed, trying again: {}", topic, e.toString());
            draining.pause(PAUSE_AFTER_FAULT);
        }
    }

    private AcknowledgeType handle(ConsumerRecord<String, byte[]> record) throws InterruptedException {
        if (draining.begun()) {
            return AcknowledgeType.RELEASE;
        }
        Optional<WorkItem> item = WorkItemForm.read(Optional.ofNullable(record.value()));
        if (item.isEmpty()) {
            return refuse(record);
        }
        busySlots.incrementAndGet();
        try {
            return executor.execute(item.get()) ? AcknowledgeType.ACCEPT : AcknowledgeType.RELEASE;
        } catch (EventNotPublishedException e) {
            LOG.warn("an outcome could not be told, the record goes back: {}", e.getMessage());
            return AcknowledgeType.RELEASE;
        } finally {
            busySlots.decrementAndGet();
        }
    }

    /**
     * Bytes that are no work item would come back for ever; they are kept where a person can look
     * at them.
     */
    private AcknowledgeType refuse(ConsumerRecord<String, byte[]> record) throws InterruptedException {
        LOG.error("{}-{}@{} is no work item", record.topic(), record.partition(), record.offset());
        return deadLetters.keep(record, "is no work item") ? AcknowledgeType.REJECT : AcknowledgeType.RELEASE;
    }

    private void acknowledge(ConsumerRecord<String, byte[]> record, AcknowledgeType type) {
        consumer.acknowledge(record, type);
        Map<TopicIdPartition, Optional<KafkaException>> results = consumer.commitSync();
        results.forEach((partition, error) -> error.ifPresent(e -> LOG.info(
                "{} of {}@{} did not reach the broker, which will deliver it again: {}",
                type,
                partition.topicPartition(),
                record.offset(),
                e.toString())));
    }
}
