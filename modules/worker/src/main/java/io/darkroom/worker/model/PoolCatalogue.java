package io.darkroom.worker.model;

import io.darkroom.artifacts.model.ModelStoreException;
import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.json.Json;
import io.darkroom.worker.client.TopicFollower;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pulls the models that the catalogue gives to the worker's pool before the first job waits for one: those of now before the worker
 * takes work, those of later as they are imported. One that cannot be had is tried again when a job names it.
 */
public final class PoolCatalogue implements TopicFollower.Reader {
    private static final Logger LOG = LoggerFactory.getLogger(PoolCatalogue.class);

    private final String pool;
    private final WorkerModels models;
    private final BooleanSupplier closing;
    private final Map<String, ModelEntry> wanted = new LinkedHashMap<>();

    /**
     * @param closing ends a pull that is under way
     */
    public PoolCatalogue(String pool, WorkerModels models, BooleanSupplier closing) {
        this.pool = pool;
        this.models = models;
        this.closing = closing;
    }

    @Override
    public void read(ConsumerRecord<String, byte[]> record) {
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

    @Override
    public void afterPoll() throws InterruptedException {
        for (ModelEntry entry : List.copyOf(wanted.values())) {
            wanted.remove(entry.name());
            try (ModelLease lease = models.lease(
                    List.of(entry.digest()), new PullLog("model " + entry.name(), () -> !closing.getAsBoolean()))) {
                LOG.info("model {} is here", entry.name());
            } catch (ModelStoreException e) {
                LOG.warn("model {} is not here: {}", entry.name(), e.getMessage());
            }
        }
    }
}
