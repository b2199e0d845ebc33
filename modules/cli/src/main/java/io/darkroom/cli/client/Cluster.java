package io.darkroom.cli.client;

import io.darkroom.cli.CommandFailure;
import io.darkroom.contract.topic.TopicSpec;
import io.darkroom.contract.topic.Topics;
import io.darkroom.router.CataloguePublisher;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A Kafka cluster that has answered, and the clients that commands use of it. */
public final class Cluster implements AutoCloseable {
    private static final String ANSWER_WITHIN_MS = "6000";

    private final ClusterSettings settings;
    private final Topics topics;
    private final Admin admin;

    private Cluster(ClusterSettings settings, Topics topics, Admin admin) {
        this.settings = settings;
        this.topics = topics;
        this.admin = admin;
    }

    /**
     * Connects, and asks the cluster for an answer.
     *
     * @throws CommandFailure when no broker answers
     */
    public static Cluster connect(ClusterSettings settings, Topics topics) {
        Admin admin;
        try {
            admin = Admin.create(
                    settings.with(Map.of("default.api.timeout.ms", ANSWER_WITHIN_MS, "request.timeout.ms", "3000")));
        } catch (RuntimeException e) {
            throw CommandFailure.infrastructure(
                    "--bootstrap-server "
                            + settings.bootstrapServers()
                            + ": "
                            + rootMessage(e)
                            + "; it must be host:port, as in localhost:9092",
                    e);
        }
        var cluster = new Cluster(settings, topics, admin);
        try {
            cluster.await(admin.describeCluster().nodes());
        } catch (RuntimeException e) {
            admin.close();
            throw e;
        }
        return cluster;
    }

    /**
     * @throws CommandFailure when the cluster lacks a topic that clients need
     */
    public Cluster requireTopics() {
        Set<String> present = topicNames();
        topics.system().stream()
                .map(TopicSpec::name)
                .filter(name -> !present.contains(name))
                .findFirst()
                .ifPresent(missing -> {
                    throw CommandFailure.infrastructure("the cluster at "
                            + settings.bootstrapServers()
                            + " has no topic "
                            + missing
                            + "; make Darkroom's topics with: darkroom topics create --bootstrap-server "
                            + settings.bootstrapServers());
                });
        return this;
    }

    /** How many brokers hold each record of the topic. */
    public int replicasOf(String topic) {
        return await(admin.describeTopics(Set.of(topic)).topicNameValues().get(topic))
                .partitions()
                .getFirst()
                .replicas()
                .size();
    }

    public Set<String> topicNames() {
        return await(admin.listTopics().names());
    }

    public ClusterSettings settings() {
        return settings;
    }

    public Topics topics() {
        return topics;
    }

    public Admin admin() {
        return admin;
    }

    /** Committed records only: others are of aborted transactions and never happened. */
    public KafkaConsumer<String, byte[]> consumer() {
        return new KafkaConsumer<>(
                settings.with(Map.of(
                        "isolation.level", "read_committed",
                        "enable.auto.commit", "false",
                        "auto.offset.reset", "earliest",
                        "fetch.max.wait.ms", "50")),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    public KafkaProducer<String, byte[]> producer() {
        return new KafkaProducer<>(
                settings.with(Map.of("acks", "all", "linger.ms", "0", "compression.type", "zstd")),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** The catalogue of models; the caller closes it. */
    public CataloguePublisher catalogue() {
        return new CataloguePublisher(settings.asMap(), topics);
    }

    /** Waits for the answer to an admin request, and turns a failure into words. */
    public <T> T await(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.infrastructure("interrupted while waiting for the broker", e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }

    private CommandFailure failure(Throwable cause) {
        return switch (cause) {
            case org.apache.kafka.common.errors.TimeoutException _ ->
                CommandFailure.infrastructure(
                        "no broker answers at "
                                + settings.bootstrapServers()
                                + "; start one with `darkroom up`, or name yours with --bootstrap-server HOST:PORT",
                        cause);
            case org.apache.kafka.common.errors.AuthenticationException _ ->
                CommandFailure.infrastructure(
                        "the broker at "
                                + settings.bootstrapServers()
                                + " refuses these credentials ("
                                + cause.getMessage()
                                + "); set them in the file of --command-config",
                        cause);
            case org.apache.kafka.common.errors.AuthorizationException _ ->
                CommandFailure.infrastructure(
                        "the broker at " + settings.bootstrapServers() + " does not allow this: " + cause.getMessage(),
                        cause);
            default ->
                CommandFailure.infrastructure(
                        "the broker at " + settings.bootstrapServers() + " answered: " + cause.getMessage(), cause);
        };
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage();
    }
}
