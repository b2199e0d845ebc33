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

/** A worker alone in this process. */
public final class WorkerProcess {
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
            terminal.line("worker ready: pool "
                    + pool
                    + ", "
                    + slots
                    + " slots on "
                    + Devices.name(device)
                    + ", models "
                    + models.describe());
            return StayUp.untilStopped(
                    () -> {
                        worker.close();
                        store.close();
                        models.close();
                    },
                    patience.drainGrace().plus(StayUp.WORKER_CLOSING));
        } catch (WorkerStartException e) {
            throw CommandFailure.infrastructure("the worker cannot start: " + e.getMessage(), e);
        }
    }

    private static URI slash(URI prefix) {
        return prefix.toString().endsWith("/") ? prefix : URI.create(prefix + "/");
    }
}
