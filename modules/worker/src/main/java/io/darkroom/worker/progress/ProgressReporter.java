package io.darkroom.worker.progress;

import io.darkroom.contract.json.Json;
import io.darkroom.contract.status.JobProgress;
import io.darkroom.contract.wire.WorkItem;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells users how far their pictures are. Best effort: steps are coalesced, and sent by a thread of
 * its own, so that neither a slow broker nor a fast sampler costs the device any time.
 */
public final class ProgressReporter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProgressReporter.class);
    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final int SCHEMA_VERSION = 1;

    private final Producer<String, byte[]> producer;
    private final String topic;
    private final String worker;
    private final Clock clock;
    private final Set<ItemProgress> running = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("worker-progress").daemon().factory());

    public ProgressReporter(Producer<String, byte[]> producer, String topic, String worker, Clock clock) {
        this.producer = producer;
        this.topic = topic;
        this.worker = worker;
        this.clock = clock;
    }

    public void start() {
        var unused = sender.scheduleAtFixedRate(
                () -> running.forEach(ItemProgress::sendNewSteps),
                INTERVAL.toMillis(),
                INTERVAL.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Follows one work item until it is closed. */
    public ItemProgress follow(WorkItem item) {
        var progress = new ItemProgress(this, item);
        running.add(progress);
        return progress;
    }

    @Override
    public void close() throws InterruptedException {
        sender.shutdown();
        if (!sender.awaitTermination(5, TimeUnit.SECONDS)) {
            LOG.warn("some progress records were not sent");
        }
    }

    void forget(ItemProgress progress) {
        running.remove(progress);
    }

    /** Runs in the order of the calls; dropped once this reporter is closed. */
    void later(Runnable send) {
        if (!sender.isShutdown()) {
            sender.execute(send);
        }
    }

    void send(WorkItem item, StageProgress stage) {
        var job = item.getJob();
        var record = new JobProgress(
                SCHEMA_VERSION,
                job.getTenant(),
                job.getId(),
                job.getRun(),
                stage.stage(),
                stage.phase(),
                stage.step(),
                stage.steps(),
                item.getIndex(),
                item.getAttempt(),
                Optional.of(worker),
                clock.instant());
        try {
            producer.send(
                    new ProducerRecord<>(topic, job.getTenant() + "/" + job.getId(), Json.write(record)),
                    (metadata, error) -> {
                        if (error != null) {
                            LOG.debug("a progress record was lost", error);
                        }
                    });
        } catch (KafkaException e) {
            LOG.debug("a progress record was lost", e);
        }
    }
}
