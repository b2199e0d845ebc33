package io.darkroom.worker.model;

import io.darkroom.artifacts.model.ModelStoreException;
import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.json.Json;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pulls the models that the catalogue gives to the worker's pool before the first job waits for one: those of now before the worker
 * takes work, those of later as they are imported. One that cannot be had is tried again when a job names it.
 */
public final class PoolCatalogue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PoolCatalogue.class);
    private static final Duration POLL = Duration.ofSeconds(1);

    private final Consumer<String, byte[]> consumer;
    private final String topic;
    private final String pool;
    private final WorkerModels models;
    private final Map<String, ModelEntry> wanted = new LinkedHashMap<>();
    private final Thread thread;
    private volatile boolean closing;

    public PoolCatalogue(Consumer<String, byte[]> consumer, String topic, String pool, WorkerModels models) {
        this.consumer = consumer;
        this.topic = topic;
        this.pool = pool;
        this.models = models;
        this.thread = Thread.ofPlatform().name("pool-catalogue").daemon().unstarted(this::run);
    }

    /** Pulls what the catalogue has now, then goes on in a thread of its own. */
    public void start() throws InterruptedException {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(POLL).forEach(this::apply);
        }
        pullWanted();
        thread.start();
    }

    /** Ends a pull that is under way. */
    @Override
    public void close() throws InterruptedException {
        closing = true;
        if (thread.isAlive()) {
            consumer.wakeup();
            thread.interrupt();
            thread.join();
        } else {
            consumer.close();
        }
    }

    private void run() {
        try (consumer) {
            while (!closing) {
                consumer.poll(POLL).forEach(this::apply);
                pullWanted();
            }
        } catch (WakeupException | InterruptedException | InterruptException e) {
            LOG.debug("the reader of the catalogue was woken to close");
        }
    }

    private void apply(ConsumerRecord<String, byte[]> record) {
        wanted.remove(record.key());
        if (record.value() == null) {
            return;
        }
        try {
            ModelEntry entry = Json.read(record.value(), ModelEntry.class);
            if (entry.pool().equals(pool)) {
                wanted.put(record.key(), entry);
            }
        } catch (UncheckedIOException e) {
            LOG.warn("the catalogue's entry {} cannot be read by this version; its model is not pulled", record.key());
        }
    }

    private void pullWanted() throws InterruptedException {
        for (ModelEntry entry : List.copyOf(wanted.values())) {
            wanted.remove(entry.name());
            try (ModelLease lease =
                    models.lease(List.of(entry.digest()), new PullLog("model " + entry.name(), () -> !closing))) {
                LOG.info("model {} is here", entry.name());
            } catch (ModelStoreException e) {
                LOG.warn("model {} is not here: {}", entry.name(), e.getMessage());
            }
        }
    }
}
