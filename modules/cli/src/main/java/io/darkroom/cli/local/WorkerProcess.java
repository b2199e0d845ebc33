package io.darkroom.cli.local;

import io.darkroom.artifacts.ObjectStores;
import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.client.ClusterSettings;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.topic.Topics;
import io.darkroom.inference.device.DeviceConfig;
import io.darkroom.pipelines.SafetyMode;
import io.darkroom.worker.Worker;
import io.darkroom.worker.WorkerConfig;
import io.darkroom.worker.WorkerStartException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A worker alone in this process. */
public final class WorkerProcess {
    private static final Duration SAY_WHY_NOT = Duration.ofSeconds(5);

    private final ClusterSettings settings;
    private final Topics topics;
    private final StoreSettings stores;

    public WorkerProcess(ClusterSettings settings, Topics topics, StoreSettings stores) {
        this.settings = settings;
        this.topics = topics;
        this.stores = stores;
    }

    /** Does not return before the process is told to stop. */
    public int run(
            String pool,
            ModelPlaces models,
            URI handover,
            int slots,
            DeviceConfig device,
            SafetyMode safety,
            WorkerPatience patience,
            Terminal terminal)
            throws InterruptedException {
        // Asked for an answer first, because the worker's own clients would wait for a broker.
        Cluster.connect(settings, topics).close();
        ObjectStores store = stores.open();
        WorkerConfig config = WorkerConfig.of(
                        settings.bootstrapServers(), topics, pool, models.folders(), slash(handover))
                .withSlots(slots)
                .withDevice(device)
                .withSafety(safety)
                .withRecordLock(patience.recordLock())
                .withDrainGrace(patience.drainGrace())
                .withClientOverrides(settings.overrides());
        try {
            Worker worker = Worker.start(config, store, models.supply());
            CountDownLatch end = new CountDownLatch(1);
            worker.failure().thenRun(end::countDown);
            StayUp.onStop(
                    () -> {
                        worker.close();
                        store.close();
                        models.close();
                    },
                    patience.drainGrace().plus(StayUp.WORKER_CLOSING));
            awaitReady(worker, terminal);
            terminal.line("worker ready: pool "
                    + pool
                    + ", "
                    + slots
                    + " slots on "
                    + Devices.name(device)
                    + ", models "
                    + models.describe());
            end.await();
            throw CommandFailure.infrastructure(worker.failure().join());
        } catch (WorkerStartException e) {
            throw CommandFailure.infrastructure("the worker cannot start: " + e.getMessage(), e);
        }
    }

    /** A worker whose store is away waits for it, and says so; one that is refused for good ends. */
    private static void awaitReady(Worker worker, Terminal terminal) throws InterruptedException {
        String said = "";
        while (!worker.awaitReady(SAY_WHY_NOT) && !worker.failure().isDone()) {
            String complaint = worker.complaint();
            if (!complaint.equals(said)) {
                terminal.line("worker not ready: " + complaint);
                said = complaint;
            }
        }
    }

    private static URI slash(URI prefix) {
        return prefix.toString().endsWith("/") ? prefix : URI.create(prefix + "/");
    }
}
