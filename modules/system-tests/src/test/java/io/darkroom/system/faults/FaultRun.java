package io.darkroom.system.faults;

import io.darkroom.artifacts.ObjectStores;
import io.darkroom.artifacts.S3Config;
import io.darkroom.artifacts.S3Credentials;
import io.darkroom.artifacts.StoreConfig;
import io.darkroom.testkit.S3Server;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;

/** The whole system under load, and faults made to it, one or several at a time. */
final class FaultRun implements AutoCloseable {

    private static final int UNDER_WAY = 6;
    private static final int CALM_JOBS = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Fleet fleet;
    private final Load load;

    /** A fault that was made, and how long the jobs of that moment took from then on. */
    record Struck(FaultKind kind, Duration recovery) {}

    private FaultRun(Fleet fleet, Load load) {
        this.fleet = fleet;
        this.load = load;
    }

    /** Returns when the first jobs are done. */
    static FaultRun start(Fleet.Size size, Path folder, Optional<Path> former) throws Exception {
        var fleet = new Fleet(size, folder, former);
        try {
            fleet.start();
            var load = new Load(fleet.bootstrapServers(), fleet.topics(), UNDER_WAY);
            var run = new FaultRun(fleet, load);
            load.start();
            run.requireFinished(CALM_JOBS);
            return run;
        } catch (Exception e) {
            fleet.close();
            throw e;
        }
    }

    Load load() {
        return load;
    }

    /** Makes a fault, and waits until what it disturbed is done. */
    Struck strike(FaultKind kind, RandomGenerator dice) throws InterruptedException {
        var scene = new Scene(fleet, load, dice);
        kind.strike(scene);
        return new Struck(kind, scene.recovery());
    }

    /** The same for several faults at the same time. */
    List<Struck> strike(List<FaultKind> kinds, RandomGenerator dice) throws InterruptedException, ExecutionException {
        List<Struck> struck = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Struck>> running = new ArrayList<>();
            for (FaultKind kind : kinds) {
                var ownDice = new Random(dice.nextLong());
                running.add(threads.submit(() -> strike(kind, ownDice)));
            }
            for (Future<Struck> one : running) {
                struck.add(one.get());
            }
        }
        return struck;
    }

    /**
     * Lets the load end, and judges the whole run.
     *
     * @param jobs at least as many are submitted in all
     */
    Verdict finish(int jobs) throws Exception {
        requireFinished(load.endAt(jobs));
        // Beyond what was waited for: nothing of it may come twice, also not from those that come back late.
        List<String> waiting = WorkTopics.undrained(fleet.bootstrapServers(), fleet.topics(), Fleet.POOLS);
        try (ObjectStores store = ObjectStores.open(StoreConfig.s3(new S3Config(
                URI.create("http://127.0.0.1:" + fleet.storePort()),
                S3Server.REGION,
                new S3Credentials(S3Server.ACCESS_KEY, S3Server.SECRET_KEY))))) {
            return Verdict.of(load.submitted(), load.results(), store, waiting, thinTopics());
        }
    }

    private List<String> thinTopics() throws ExecutionException, InterruptedException {
        int brokers = fleet.brokers().size();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", fleet.bootstrapServers()))) {
            var names = admin.listTopics(new ListTopicsOptions().listInternal(true))
                    .names()
                    .get();
            return admin.describeTopics(names).allTopicNames().get().values().stream()
                    .filter(topic -> topic.partitions().stream()
                            .anyMatch(partition -> partition.replicas().size() < brokers))
                    .map(TopicDescription::name)
                    .toList();
        }
    }

    @Override
    public void close() throws InterruptedException {
        load.close();
        fleet.close();
    }

    private void requireFinished(int jobs) throws InterruptedException {
        if (!load.awaitFinished(jobs, PATIENCE)) {
            Set<String> waiting = new HashSet<>(load.waiting());
            throw new IllegalStateException("of " + jobs + " jobs " + load.finished() + " were done after " + PATIENCE
                    + "; these were not: " + waiting);
        }
    }
}
