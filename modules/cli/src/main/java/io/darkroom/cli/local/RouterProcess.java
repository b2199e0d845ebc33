package io.darkroom.cli.local;

import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.ExitCode;
import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.client.ClusterSettings;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.topic.Topics;
import io.darkroom.contract.uri.UriPolicy;
import io.darkroom.router.Router;
import io.darkroom.router.RouterFailure;
import io.darkroom.router.TopicSetup;
import io.darkroom.router.TopicSetupException;
import io.darkroom.router.dispatch.DispatchLimits;
import io.darkroom.router.dispatch.TenantShare;
import io.darkroom.router.ingress.TenantGrants;
import io.darkroom.router.job.JobLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** A router alone in this process. */
public final class RouterProcess {
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(5);

    private final ClusterSettings settings;
    private final Topics topics;
    private final UriPolicy policy;
    private final JobLimits limits;
    private final TenantGrants grants;
    private final DispatchLimits dispatch;
    private final Path stateDir;
    private final int threads;
    private final Duration commitInterval;

    public RouterProcess(
            ClusterSettings settings,
            Topics topics,
            UriPolicy policy,
            JobLimits limits,
            TenantGrants grants,
            DispatchLimits dispatch,
            Path stateDir,
            int threads,
            int commitIntervalMs) {
        this.settings = settings;
        this.topics = topics;
        this.policy = policy;
        this.limits = limits;
        this.grants = grants;
        this.dispatch = dispatch;
        this.stateDir = stateDir;
        this.threads = threads;
        this.commitInterval = Duration.ofMillis(commitIntervalMs);
    }

    /**
     * What jobs may read and write.
     *
     * @param file prefixes by tenant
     * @param allowed prefixes for every tenant, where there is no file
     */
    public static UriPolicy policy(Optional<Path> file, List<String> allowed) {
        try {
            return file.isPresent()
                    ? Json.read(Files.readAllBytes(file.get()), UriPolicy.class)
                    : UriPolicy.sameForAll(allowed);
        } catch (IOException | RuntimeException e) {
            String source = file.map(path -> "--policy " + path).orElse("--allow");
            throw CommandFailure.infrastructure(source + ": " + e.getMessage(), e);
        }
    }

    /**
     * What tenants may have of the pools.
     *
     * @param file an object with an entry for each tenant; {@code *} stands for all others
     */
    public static Map<String, TenantShare> shares(Optional<Path> file) {
        return file.map(TenantsFile::read).orElse(Map.of());
    }

    /**
     * What the jobs of tenants may take, and come before.
     *
     * @param file as for {@link #shares}; without it everything is granted
     */
    public static TenantGrants grants(Optional<Path> file) {
        return file.map(TenantsFile::grants).orElse(TenantGrants.EVERYTHING);
    }

    /** Does not return before the process is told to stop, or the router has failed. */
    public int run(Terminal terminal) throws InterruptedException {
        ClusterSettings replicated;
        try (Cluster cluster = Cluster.connect(settings, topics)) {
            // What the router keeps for itself shall outlive as many brokers as the topics that an operator made.
            int replicas = cluster.requireTopics().replicasOf(topics.jobs());
            requireUnpacked(cluster);
            replicated = settings.withDefault("replication.factor", Integer.toString(replicas));
        }
        Router router = Router.start(RouterConfigs.of(
                replicated, topics, policy, limits, grants, dispatch, stateDir, threads, commitInterval));
        try {
            router.awaitRunning(STARTS_WITHIN);
        } catch (TimeoutException e) {
            router.close();
            throw failure(router, e.getMessage());
        }
        terminal.line("router ready: topics " + topics.prefix() + ".* at " + settings.bootstrapServers());
        return untilStopped(router);
    }

    private void requireUnpacked(Cluster cluster) {
        try {
            new TopicSetup(cluster.admin(), topics, Optional.empty()).requireUnpacked();
        } catch (TopicSetupException e) {
            throw CommandFailure.infrastructure(e.getMessage(), e);
        }
    }

    private static int untilStopped(Router router) throws InterruptedException {
        return awaitStopped(router, StayUp.onStop(router, StayUp.ROUTER_GRACE));
    }

    /** A router that stopped by itself is a failure; one that was told to is not. */
    static int awaitStopped(Router router, BooleanSupplier told) throws InterruptedException {
        router.awaitStopped();
        if (told.getAsBoolean()) {
            return ExitCode.OK;
        }
        throw failure(router, "the router stopped by itself; its log says why");
    }

    static CommandFailure failure(Router router, String otherwise) {
        return switch (router.failure()) {
            case RouterFailure.None _ -> CommandFailure.infrastructure(otherwise);
            case RouterFailure.NotAllowed(String message) -> CommandFailure.infrastructure(message);
            case RouterFailure.Broken(String message) -> CommandFailure.fault(message);
        };
    }
}
