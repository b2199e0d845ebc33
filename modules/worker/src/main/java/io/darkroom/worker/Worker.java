package io.darkroom.worker;

import io.darkroom.artifacts.ObjectStore;
import io.darkroom.artifacts.model.ModelSupply;
import io.darkroom.contract.topic.Topics;
import io.darkroom.contract.wire.WorkerHeartbeat;
import io.darkroom.contract.work.WorkProtocol;
import io.darkroom.images.ImageLimits;
import io.darkroom.inference.device.Device;
import io.darkroom.inference.model.ModelException;
import io.darkroom.pipelines.PipelineLimits;
import io.darkroom.pipelines.Pipelines;
import io.darkroom.worker.artifact.HandoverWriter;
import io.darkroom.worker.artifact.InputReader;
import io.darkroom.worker.artifact.PicturePublisher;
import io.darkroom.worker.artifact.StoreAccess;
import io.darkroom.worker.attempt.Draining;
import io.darkroom.worker.client.ClientFailures;
import io.darkroom.worker.client.TopicFollower;
import io.darkroom.worker.control.CancelledJobs;
import io.darkroom.worker.control.ControlReader;
import io.darkroom.worker.event.EventNotPublishedException;
import io.darkroom.worker.event.Heartbeats;
import io.darkroom.worker.event.WorkEvents;
import io.darkroom.worker.execution.AttemptExecutor;
import io.darkroom.worker.execution.WorkItemRunner;
import io.darkroom.worker.health.HealthProbe;
import io.darkroom.worker.health.IllWorkerException;
import io.darkroom.worker.health.StoreAndModels;
import io.darkroom.worker.health.WorkerHealth;
import io.darkroom.worker.memory.WorkerMemory;
import io.darkroom.worker.model.PoolCatalogue;
import io.darkroom.worker.model.WorkerModels;
import io.darkroom.worker.progress.ProgressReporter;
import io.darkroom.worker.slot.DeadLetters;
import io.darkroom.worker.slot.Slot;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that serves one pool: it takes work items from the pool's share group, runs them on its
 * device, writes their artifacts and tells the router. {@link #start} returns once it takes work.
 */
public final class Worker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final int CANCELLATIONS_REMEMBERED = 100_000;

    /**
     * As long as the topic keeps them. Work that nobody took may lie in the pool's topic for longer than any attempt, and
     * so may the cancellation of it.
     */
    private static final Duration CANCELLATIONS_SINCE = Duration.ofDays(1);

    private final WorkerConfig config;
    private final String incarnation = UUID.randomUUID().toString();
    private final Draining draining = new Draining();
    private final AtomicInteger busySlots = new AtomicInteger();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Slot> slots = new ArrayList<>();
    private final WorkerHealth health = new WorkerHealth();
    private final ClientFailures failures;

    /** Closed from the last to the first, after the slots. */
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private Worker(WorkerConfig config) {
        this.config = config;
        this.failures = new ClientFailures(
                WorkerRights.of(config.topics(), config.pool()), config.rightsMayCome(), InstantSource.system());
    }

    /**
     * @param store where inputs are read and pictures written; closed by its owner
     * @throws WorkerStartException when a model folder, a topic or the brokers are not as needed
     */
    public static Worker start(WorkerConfig config, ObjectStore store)
            throws WorkerStartException, InterruptedException {
        return start(config, store, Optional.empty());
    }

    /**
     * @param supply of models beyond those of the configuration's folders; those of its pool are pulled before this returns
     */
    public static Worker start(WorkerConfig config, ObjectStore store, Optional<ModelSupply> supply)
            throws WorkerStartException, InterruptedException {
        if (config.modelFolders().isEmpty() && supply.isEmpty()) {
            throw new IllegalArgumentException("modelFolders: a worker needs at least one model, or a supply of them");
        }
        var worker = new Worker(config);
        try {
            worker.wire(store, supply);
            return worker;
        } catch (ModelException | EventNotPublishedException | KafkaException e) {
            worker.close();
            throw new WorkerStartException(e.getMessage(), e);
        } catch (WorkerStartException | RuntimeException e) {
            worker.close();
            throw e;
        }
    }

    /** The name of this life of this worker. */
    public String incarnation() {
        return incarnation;
    }

    /**
     * Stops orderly: takes no more work, lets running work finish within the grace, hands back the
     * rest at its next step. Returns when all is published and acknowledged.
     */
    @Override
    public void close() throws InterruptedException {
        if (!closing.compareAndSet(false, true)) {
            closed.await();
            return;
        }
        draining.begin(config.drainGrace());
        slots.forEach(Slot::wake);
        for (Slot slot : slots) {
            slot.join();
        }
        while (!parts.isEmpty()) {
            close(parts.pop());
        }
        closed.countDown();
    }

    /**
     * Waits until it can be given work: its store and its models answer, and a slot is a member of the group.
     *
     * @return whether that came about in time
     */
    public boolean awaitReady(Duration atMost) throws InterruptedException {
        return health.awaitCapacity(atMost);
    }

    /** Work items that it can be given at once now; what its heartbeats announce. */
    public int capacity() {
        return health.capacity();
    }

    /** What keeps it from taking work; of no meaning once it is ready. */
    public String complaint() {
        return health.isWell() ? "none of its slots is a member of the group yet" : health.complaint();
    }

    /** Completes with the reason once the worker cannot go on and its process has to end. */
    public CompletableFuture<String> failure() {
        return failures.end();
    }

    /** Waits until the worker has been closed by another thread. */
    public void awaitClosed() throws InterruptedException {
        closed.await();
    }

    private void wire(ObjectStore objectStore, Optional<ModelSupply> supply)
            throws ModelException, WorkerStartException, EventNotPublishedException, InterruptedException {
        Topics topics = config.topics();
        Clock clock = Clock.systemUTC();
        var clients = new KafkaClients(config);
        WorkerModels models = WorkerModels.open(config.modelFolders(), supply);
        try (Admin admin = clients.admin()) {
            Pool.prepare(admin, config);
        }

        Device device = owned(Device.open(config.device()));
        Producer<String, byte[]> eventProducer = owned(clients.eventProducer());
        Producer<String, byte[]> progressProducer = owned(clients.progressProducer());
        var events = new WorkEvents(eventProducer, topics, config.pool(), incarnation, failures);
        var progress = owned(new ProgressReporter(progressProducer, topics.progress(), incarnation, clock));
        var cancelled = new CancelledJobs(CANCELLATIONS_REMEMBERED);
        var control = owned(new TopicFollower(
                topics.workerControl(), clients::controlConsumer, failures, new ControlReader(cancelled)));
        var heartbeats = new Heartbeats(events, config.heartbeatInterval(), () -> heartbeat(models));

        var store = new StoreAccess(objectStore);
        var limits = ImageLimits.standard();
        var memory = WorkerMemory.ofHeap(Runtime.getRuntime().maxMemory());
        var runner = new WorkItemRunner(
                new Pipelines(device, PipelineLimits.DEFAULT, config.safety()),
                models,
                new InputReader(store, config.handoverPrefix(), limits, memory.decoding()),
                new PicturePublisher(store),
                new HandoverWriter(store, config.handoverPrefix()),
                limits,
                memory.items());
        var executor =
                new AttemptExecutor(runner, events, progress, cancelled, draining, clock, config.recordLock(), health);
        var deadLetters = new DeadLetters(eventProducer, topics.deadLetters());

        if (supply.isPresent()) {
            var catalogue = new PoolCatalogue(config.pool(), models, closing::get);
            owned(new TopicFollower(topics.models(), clients::catalogueConsumer, failures, catalogue))
                    .start(Optional.empty());
        }
        control.start(Optional.of(clock.instant().minus(CANCELLATIONS_SINCE)));
        progress.start();
        var storeAndModels = new StoreAndModels(objectStore, config.handoverPrefix(), incarnation, models);
        owned(new HealthProbe(health, () -> {
                    storeAndModels.run();
                    requireEvents(heartbeats);
                }))
                .start();
        owned(heartbeats).start();
        for (int number = 0; number < config.slots(); number++) {
            int slot = number;
            slots.add(new Slot(
                    slot,
                    () -> clients.slotConsumer(slot),
                    topics.work(config.pool()),
                    executor,
                    deadLetters,
                    draining,
                    busySlots,
                    health,
                    failures));
        }
        slots.forEach(Slot::start);
        LOG.info(
                "worker {} serves pool {} with {} slots; work items may hold {} MiB of its heap together",
                incarnation,
                config.pool(),
                config.slots(),
                memory.items().bytes() >> 20);
    }

    private static void requireEvents(Heartbeats heartbeats) throws IllWorkerException, InterruptedException {
        try {
            heartbeats.tryEvents();
        } catch (EventNotPublishedException e) {
            throw new IllWorkerException(e.getMessage(), e);
        }
    }

    private WorkerHeartbeat heartbeat(WorkerModels models) {
        return WorkerHeartbeat.newBuilder()
                .setPool(config.pool())
                .setSlots(health.capacity())
                .setBusySlots(busySlots.get())
                .addAllModelDigests(models.digests())
                .addAllProtocolVersions(WorkProtocol.readableItems())
                .build();
    }

    private <T extends AutoCloseable> T owned(T part) {
        parts.push(part);
        return part;
    }

    private static void close(AutoCloseable part) throws InterruptedException {
        try {
            part.close();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.warn("{} did not close", part.getClass().getSimpleName(), e);
        }
    }
}
