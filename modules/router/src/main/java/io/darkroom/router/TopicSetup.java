package io.darkroom.router;

import io.darkroom.contract.topic.TopicSpec;
import io.darkroom.contract.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the system's topics and share groups as {@link Topics} says. Harmless when they are there
 * already.
 */
public final class TopicSetup {
    private static final Logger LOG = LoggerFactory.getLogger(TopicSetup.class);

    /**
     * As long as brokers may be asked for: longer than the longest attempt, because a worker does
     * not renew it.
     */
    private static final Duration RECORD_LOCK = Duration.ofHours(1);

    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Admin admin;
    private final Topics topics;
    private final Optional<Short> replication;

    /**
     * @param replication replicas of each topic; the brokers' default when empty
     */
    public TopicSetup(Admin admin, Topics topics, Optional<Short> replication) {
        this.admin = admin;
        this.topics = topics;
        this.replication = replication;
    }

    /**
     * What was made, and what was there already.
     *
     * @param changed of those that were there: which unpack what clients send from now on
     */
    public record Made(List<TopicSpec> created, List<TopicSpec> existing, List<TopicSpec> changed) {}

    /**
     * Makes every topic but the pools' own.
     *
     * @throws TopicSetupException if a topic is there with other partitions, or the brokers refuse
     */
    public Made ensureSystem() {
        return ensure(topics.system());
    }

    /**
     * Makes a pool's topic, and sets up its share group, which must happen before its first worker
     * joins.
     */
    public Made ensurePool(String pool) {
        Made made = ensure(List.of(topics.pool(pool)));
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, topics.shareGroup(pool));
        Collection<AlterConfigOp> settings = Topics.shareGroupConfigs(RECORD_LOCK).entrySet().stream()
                .map(setting -> new AlterConfigOp(
                        new ConfigEntry(setting.getKey(), setting.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        try {
            answer(admin.incrementalAlterConfigs(Map.of(group, settings)).all());
        } catch (ExecutionException e) {
            throw new TopicSetupException(
                    "share group "
                            + group.name()
                            + " cannot be set up: "
                            + e.getCause().getMessage(),
                    e.getCause());
        }
        return made;
    }

    private Made ensure(List<TopicSpec> specs) {
        List<NewTopic> wanted = specs.stream()
                .map(spec ->
                        new NewTopic(spec.name(), Optional.of(spec.partitions()), replication).configs(spec.configs()))
                .toList();
        Map<String, KafkaFuture<Void>> answers = admin.createTopics(wanted).values();
        List<TopicSpec> created = new ArrayList<>();
        List<TopicSpec> existing = new ArrayList<>();
        for (TopicSpec spec : specs) {
            (isNew(spec, answers.get(spec.name())) ? created : existing).add(spec);
        }
        checkPartitions(existing);
        List<TopicSpec> packed = packed(existing);
        packed.forEach(this::unpack);
        return new Made(List.copyOf(created), List.copyOf(existing), packed);
    }

    /**
     * Refuses topics whose limit counts compressed bytes: a record of some KiB there can be more than a router's memory, for
     * ever.
     *
     * @throws TopicSetupException naming the topics and what to do
     */
    public void requireUnpacked() {
        List<TopicSpec> packed;
        try {
            packed = packed(topics.system());
        } catch (AuthorizationException e) {
            LOG.warn(
                    "the topics' configs may not be read ({}); see to it that {} is {} where clients write",
                    e.getMessage(),
                    Topics.COMPRESSION,
                    Topics.UNCOMPRESSED);
            return;
        }
        if (!packed.isEmpty()) {
            throw new TopicSetupException("topics that clients write keep records compressed ("
                    + packed.stream().map(TopicSpec::name).collect(Collectors.joining(", "))
                    + "), so that a small record can unpack to more than this process has memory; they must have "
                    + Topics.COMPRESSION + "=" + Topics.UNCOMPRESSED + ": run `darkroom topics create`, which sets it");
        }
    }

    /** Those whose records should be kept without compression and are not. */
    private List<TopicSpec> packed(List<TopicSpec> specs) {
        List<TopicSpec> unpacked = specs.stream()
                .filter(spec -> spec.configs().containsKey(Topics.COMPRESSION))
                .toList();
        if (unpacked.isEmpty()) {
            return List.of();
        }
        Map<String, KafkaFuture<Config>> configs = new HashMap<>();
        admin.describeConfigs(unpacked.stream().map(TopicSetup::resource).toList())
                .values()
                .forEach((resource, config) -> configs.put(resource.name(), config));
        return unpacked.stream()
                .filter(spec -> !spec.configs()
                        .get(Topics.COMPRESSION)
                        .equals(config(spec, configs.get(spec.name()))
                                .get(Topics.COMPRESSION)
                                .value()))
                .toList();
    }

    private static Config config(TopicSpec spec, KafkaFuture<Config> future) {
        try {
            return answer(future);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException refused) {
                throw refused;
            }
            throw new TopicSetupException(
                    "the configs of topic " + spec.name() + " cannot be read: "
                            + e.getCause().getMessage(),
                    e.getCause());
        }
    }

    private void unpack(TopicSpec spec) {
        AlterConfigOp set = new AlterConfigOp(
                new ConfigEntry(Topics.COMPRESSION, spec.configs().get(Topics.COMPRESSION)), AlterConfigOp.OpType.SET);
        try {
            answer(admin.incrementalAlterConfigs(Map.of(resource(spec), List.of(set)))
                    .all());
        } catch (ExecutionException e) {
            throw new TopicSetupException(
                    "topic " + spec.name() + " cannot be made to keep records without compression: "
                            + e.getCause().getMessage(),
                    e.getCause());
        }
    }

    private static ConfigResource resource(TopicSpec spec) {
        return new ConfigResource(ConfigResource.Type.TOPIC, spec.name());
    }

    private static boolean isNew(TopicSpec spec, KafkaFuture<Void> creation) {
        try {
            answer(creation);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false;
            }
            throw new TopicSetupException(
                    "topic " + spec.name() + " cannot be made: " + e.getCause().getMessage(), e.getCause());
        }
    }

    private void checkPartitions(List<TopicSpec> existing) {
        for (TopicSpec spec : existing) {
            int partitions = describe(spec).partitions().size();
            if (partitions != spec.partitions()) {
                throw new TopicSetupException("topic "
                        + spec.name()
                        + " has "
                        + partitions
                        + " partitions; it must have "
                        + spec.partitions()
                        + ", because the router's state is partitioned alike");
            }
        }
    }

    /** A topic that was made a moment ago is there for the controller before it is for the broker that is asked. */
    private TopicDescription describe(TopicSpec spec) {
        long end = System.nanoTime() + ANSWER.toNanos();
        while (true) {
            try {
                return answer(admin.describeTopics(List.of(spec.name()))
                        .topicNameValues()
                        .get(spec.name()));
            } catch (ExecutionException e) {
                boolean notYet = e.getCause() instanceof UnknownTopicOrPartitionException;
                if (!notYet || System.nanoTime() - end > 0) {
                    throw new TopicSetupException(
                            "topic " + spec.name() + " cannot be described: "
                                    + e.getCause().getMessage(),
                            e.getCause());
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TopicSetupException("interrupted while waiting for the brokers", e);
        }
    }

    private static <T> T answer(KafkaFuture<T> future) throws ExecutionException {
        try {
            return future.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TopicSetupException("interrupted while waiting for the brokers", e);
        } catch (TimeoutException e) {
            throw new TopicSetupException("the brokers did not answer within " + ANSWER, e);
        }
    }
}
