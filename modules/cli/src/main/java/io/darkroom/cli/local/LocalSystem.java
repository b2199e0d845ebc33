package io.darkroom.cli.local;

import io.darkroom.artifacts.ObjectStore;
import io.darkroom.broker.BrokerConfig;
import io.darkroom.broker.LocalBroker;
import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.client.ClusterSettings;
import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.topic.Topics;
import io.darkroom.contract.uri.UriPolicy;
import io.darkroom.router.Router;
import io.darkroom.router.RouterConfig;
import io.darkroom.router.TopicSetup;
import io.darkroom.router.dispatch.DispatchLimits;
import io.darkroom.router.ingress.TenantGrants;
import io.darkroom.router.job.JobLimits;
import io.darkroom.worker.Worker;
import io.darkroom.worker.WorkerConfig;
import io.darkroom.worker.WorkerStartException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole system in one process: a broker, the topics, a router, a file store, and workers as
 * they are asked for. The parts talk through the broker only, as they would on many machines.
 *
 * <p>Folders under the data directory: {@code broker} (Kafka's logs), {@code router} (state that
 * the topics could restore) and {@code store} (inputs, pictures, latents).
 */
public final class LocalSystem implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalSystem.class);

    private static final Duration ROUTER_STARTS_WITHIN = Duration.ofMinutes(2);

    private final Topics topics;
    private final LocalStore store;

    /** Closed from the last to the first. */
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private Cluster cluster;
    private Router router;

    private LocalSystem(Topics topics, LocalStore store) {
        this.topics = topics;
        this.store = store;
    }

    /** Starts all but workers, on a free port. */
    public static LocalSystem start(Path data) throws InterruptedException {
        return start(LocalSystemConfig.in(data));
    }

    /** Starts all but workers; what started is stopped again if the rest cannot. */
    public static LocalSystem start(LocalSystemConfig config) throws InterruptedException {
        LocalStore store = LocalStore.in(config.store());
        var system = new LocalSystem(Topics.standard(), store);
        system.owned(store);
        try {
            system.startBroker(config);
            system.startRouter(config);
            return system;
        } catch (RuntimeException | InterruptedException e) {
            system.close();
            throw e;
        }
    }

    private void startBroker(LocalSystemConfig config) {
        Path data = config.data().resolve("broker");
        LocalBroker broker = owned(LocalBroker.start(BrokerConfig.in(data).withPort(config.port())));
        cluster = owned(Cluster.connect(ClusterSettings.of(broker.bootstrapServers()), topics));
        new TopicSetup(cluster.admin(), topics, Optional.empty()).ensureSystem();
    }

    private void startRouter(LocalSystemConfig config) throws InterruptedException {
        UriPolicy policy = UriPolicy.sameForAll(List.of(store.uri().toString()));
        RouterConfig settings = RouterConfigs.of(
                cluster.settings(),
                topics,
                policy,
                JobLimits.DEFAULT,
                TenantGrants.EVERYTHING,
                DispatchLimits.DEFAULT,
                config.data().resolve("router"),
                1,
                config.commitInterval());
        router = owned(Router.start(settings));
        try {
            router.awaitRunning(ROUTER_STARTS_WITHIN);
        } catch (TimeoutException e) {
            throw RouterProcess.failure(router, e.getMessage());
        }
    }

    /**
     * Puts a model into the catalogue, and makes its pool's topic.
     *
     * @return the entry as jobs will see it
     */
    public ModelEntry importModel(Path folder, String name, String pool) {
        return new ModelImport(cluster).publish(folder, describing(name, pool, Optional.empty()), Optional.empty());
    }

    private static ModelImport.Description describing(String name, String pool, Optional<String> token) {
        return new ModelImport.Description(Optional.of(name), pool, Optional.empty(), token, Optional.empty());
    }

    /**
     * Puts a file that is added to models into the catalogue.
     *
     * @param token of a textual inversion
     */
    public ModelEntry importAdapter(Path file, String name, String pool, Optional<String> token) {
        return new ModelImport(cluster).publish(file, describing(name, pool, token), Optional.empty());
    }

    /**
     * Starts a worker and returns once it takes work.
     *
     * @param device {@code cpu} or {@code cuda:N}
     * @return closed with the system, or before it
     */
    public LocalWorker startWorker(String pool, List<Path> folders, int slots, String device)
            throws InterruptedException {
        WorkerConfig config = WorkerConfig.of(
                        cluster.settings().bootstrapServers(), topics, pool, folders, store.handover())
                .withSlots(slots)
                .withDevice(Devices.named(device));
        try {
            return owned(new LocalWorker(Worker.start(config, store.objects())));
        } catch (WorkerStartException e) {
            throw CommandFailure.infrastructure("the worker cannot start: " + e.getMessage(), e);
        }
    }

    /**
     * Waits until the system has been told to stop, and gives the exit code then.
     *
     * @throws CommandFailure when the router has stopped by itself
     */
    int awaitStopped(BooleanSupplier told) throws InterruptedException {
        return RouterProcess.awaitStopped(router, told);
    }

    public Cluster cluster() {
        return cluster;
    }

    public String bootstrapServers() {
        return cluster.settings().bootstrapServers();
    }

    public ObjectStore store() {
        return store.objects();
    }

    /** The prefix under which jobs may read and write; ends with a slash. */
    public URI storeUri() {
        return store.uri();
    }

    /** Where jobs may let their pictures be written; ends with a slash. */
    public URI outputUri() {
        return store.outputs();
    }

    /** Makes a picture readable for jobs: a file is copied into the store, a URI is left alone. */
    public String place(String pictureOrUri) {
        return store.place(pictureOrUri);
    }

    /** Stops in the order against the flow: workers finish what they hold, the broker goes last. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} did not stop orderly", part.getClass().getSimpleName(), e);
            }
        }
    }

    private <T extends AutoCloseable> T owned(T part) {
        parts.push(part);
        return part;
    }
}
