package io.darkroom.worker.slot;

import io.darkroom.contract.wire.WorkItem;
import io.darkroom.worker.attempt.Draining;
import io.darkroom.worker.client.ClientFailure;
import io.darkroom.worker.client.ClientFailures;
import io.darkroom.worker.event.EventNotPublishedException;
import io.darkroom.worker.execution.AttemptExecutor;
import io.darkroom.worker.health.WorkerHealth;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
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
    private static final Duration POLL_UNTIL_JOINED = Duration.ofMillis(100);
    private static final Duration PAUSE_AFTER_FAULT = Duration.ofSeconds(1);
    private static final Duration UNTIL_WELL = Duration.ofSeconds(1);
    private static final int LONGEST_PAUSE_FACTOR = 5;
    private static final String CLIENT = "slots";

    /**
     * Leaves a released record to others. The broker drops a record in silence after ten
     * deliveries, which one worker that cannot use it would otherwise bring about within a second.
     */
    private static final Duration PAUSE_AFTER_RELEASE = Duration.ofSeconds(5);

    private final int number;
    private final Supplier<ShareConsumer<String, byte[]>> consumers;
    private final String topic;
    private final AttemptExecutor executor;
    private final DeadLetters deadLetters;
    private final Draining draining;
    private final AtomicInteger busySlots;
    private final WorkerHealth health;
    private final ClientFailures failures;
    private final Thread thread;

    /** Memberships that ended before they began; of the slot's thread only. */
    private int failuresInARow;

    /** Of the membership that is being used; woken by {@link #wake}. */
    private final AtomicReference<Optional<ShareConsumer<String, byte[]>>> current =
            new AtomicReference<>(Optional.empty());

    /**
     * @param consumers gives another member of the pool's group each time it is asked
     */
    public Slot(
            int number,
            Supplier<ShareConsumer<String, byte[]>> consumers,
            String topic,
            AttemptExecutor executor,
            DeadLetters deadLetters,
            Draining draining,
            AtomicInteger busySlots,
            WorkerHealth health,
            ClientFailures failures) {
        this.number = number;
        this.consumers = consumers;
        this.topic = topic;
        this.executor = executor;
        this.deadLetters = deadLetters;
        this.draining = draining;
        this.busySlots = busySlots;
        this.health = health;
        this.failures = failures;
        this.thread = Thread.ofPlatform().name("slot-" + number).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Ends a poll that waits for work; work that runs is not disturbed. */
    public void wake() {
        current.get().ifPresent(ShareConsumer::wakeup);
    }

    /**
     * Waits for the thread's end, which comes once {@link Draining} has begun and its work is over.
     */
    public void join() throws InterruptedException {
        thread.join();
    }

    /** One membership after the other: a share consumer does not come back from every failure, but the next one may. */
    private void run() {
        try {
            while (!draining.begun()) {
                health.awaitWell(draining, UNTIL_WELL);
                if (health.isWell() && !draining.begun()) {
                    serve();
                }
            }
        } catch (InterruptedException | InterruptException e) {
            LOG.info("slot interrupted, its record goes to another worker");
        }
    }

    private void serve() throws InterruptedException {
        try (ShareConsumer<String, byte[]> consumer = consumers.get()) {
            current.set(Optional.of(consumer));
            consumer.subscribe(List.of(topic));
            Membership membership = new Membership(consumer);
            while (!draining.begun() && health.isWell()) {
                takeOne(consumer, membership);
            }
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            ClientFailure failure = failures.met(CLIENT, e);
            if (failuresInARow == 0) {
                LOG.warn("slot {} lost its place in the group and joins it again: {}", number, failure.message());
            }
            failuresInARow++;
            draining.pause(PAUSE_AFTER_FAULT.multipliedBy(Math.min(failuresInARow, LONGEST_PAUSE_FACTOR)));
        } catch (RuntimeException | Error e) {
            LOG.error("slot {} failed and joins the group again", number, e);
            draining.pause(PAUSE_AFTER_FAULT);
        } finally {
            current.set(Optional.empty());
            health.left(number);
        }
    }

    /**
     * @throws KafkaException if the consumer is of no use any more
     */
    private void takeOne(ShareConsumer<String, byte[]> consumer, Membership membership) throws InterruptedException {
        try {
            ConsumerRecords<String, byte[]> records = consumer.poll(membership.joined() ? POLL : POLL_UNTIL_JOINED);
            if (membership.joined()) {
                failuresInARow = 0;
                health.joined(number);
                failures.worked(CLIENT);
            }
            for (ConsumerRecord<String, byte[]> record : records) {
                AcknowledgeType type = handle(record);
                acknowledge(consumer, record, type);
                if (type == AcknowledgeType.RELEASE) {
                    draining.pause(PAUSE_AFTER_RELEASE);
                }
            }
            membership.check();
        } catch (WakeupException e) {
            LOG.debug("slot woken");
        } catch (RetriableException e) {
            LOG.warn("taking work from {} failed, trying again: {}", topic, e.toString());
            health.left(number);
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
            return executor.execute(item.get(), record.deliveryCount().orElse((short) 1))
                    ? AcknowledgeType.ACCEPT
                    : AcknowledgeType.RELEASE;
        } catch (EventNotPublishedException e) {
            LOG.warn("an outcome could not be told, the record goes back: {}", e.getMessage());
            health.cannotTell(e.getMessage());
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

    private void acknowledge(
            ShareConsumer<String, byte[]> consumer, ConsumerRecord<String, byte[]> record, AcknowledgeType type) {
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
