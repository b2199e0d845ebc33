package io.darkroom.router;

import io.darkroom.contract.topic.Topics;
import io.darkroom.contract.uri.UriPolicy;
import io.darkroom.router.dispatch.DispatchLimits;
import io.darkroom.router.ingress.TenantGrants;
import io.darkroom.router.job.JobLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a router needs to run.
 *
 * @param bootstrapServers as Kafka has it
 * @param applicationId routers of the same id share the work; the number of partitions is fixed for
 *     its life
 * @param instanceId a name that no other router of the application has, the same after a restart,
 *     so that the router takes its work back at once; when empty, one is made and kept in the state
 *     directory
 * @param grants what the operator grants to the jobs of each tenant
 * @param stateDir local state; it can be lost, and is then restored from the topics
 * @param threads Streams threads
 * @param commitInterval how often a transaction is committed, and so how long a hop waits at most
 * @param kafka further settings of Kafka's clients and Streams (security, for example), which win
 *     over the router's
 */
public record RouterConfig(
        String bootstrapServers,
        String applicationId,
        Optional<String> instanceId,
        Path stateDir,
        Topics topics,
        UriPolicy uriPolicy,
        TenantGrants grants,
        JobLimits jobLimits,
        DispatchLimits dispatchLimits,
        int threads,
        Duration commitInterval,
        Map<String, String> kafka) {

    private static final Duration COMMIT_INTERVAL = Duration.ofMillis(10);

    public RouterConfig {
        kafka = Map.copyOf(kafka);
        if (threads < 1) {
            throw new IllegalArgumentException("threads: " + threads + " must be at least 1");
        }
    }

    /** One thread, default limits, and the application id that belongs to the topics. */
    public static RouterConfig of(String bootstrapServers, Path stateDir, Topics topics, UriPolicy uriPolicy) {
        return new RouterConfig(
                bootstrapServers,
                topics.prefix() + ".router",
                Optional.empty(),
                stateDir,
                topics,
                uriPolicy,
                TenantGrants.EVERYTHING,
                JobLimits.DEFAULT,
                DispatchLimits.DEFAULT,
                1,
                COMMIT_INTERVAL,
                Map.of());
    }

    public RouterConfig withLimits(JobLimits newJobLimits, DispatchLimits newDispatchLimits) {
        return with(grants, newJobLimits, newDispatchLimits, threads, commitInterval, kafka);
    }

    public RouterConfig withRunning(int newThreads, Duration newCommitInterval, Map<String, String> newKafka) {
        return with(grants, jobLimits, dispatchLimits, newThreads, newCommitInterval, newKafka);
    }

    public RouterConfig withGrants(TenantGrants newGrants) {
        return with(newGrants, jobLimits, dispatchLimits, threads, commitInterval, kafka);
    }

    private RouterConfig with(
            TenantGrants newGrants,
            JobLimits newJobLimits,
            DispatchLimits newDispatchLimits,
            int newThreads,
            Duration newCommitInterval,
            Map<String, String> newKafka) {
        return new RouterConfig(
                bootstrapServers,
                applicationId,
                instanceId,
                stateDir,
                topics,
                uriPolicy,
                newGrants,
                newJobLimits,
                newDispatchLimits,
                newThreads,
                newCommitInterval,
                newKafka);
    }
}
