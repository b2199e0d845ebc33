package io.darkroom.bench.router;

import com.google.protobuf.MessageLite;
import io.darkroom.broker.BrokerConfig;
import io.darkroom.broker.LocalBroker;
import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.topic.Topics;
import io.darkroom.contract.uri.UriPolicy;
import io.darkroom.router.CataloguePublisher;
import io.darkroom.router.Router;
import io.darkroom.router.RouterConfig;
import io.darkroom.router.TopicSetup;
import io.darkroom.router.dispatch.DispatchLimits;
import io.darkroom.router.job.JobLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A broker and a router in this process, and what clients and workers would do to them: no model is run. */
final class RouterSystem implements AutoCloseable {
    static final String OUTPUT = "s3://renders/";
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(2);

    /** Workers that are never heard of again count for a whole measurement. */
    private static final Duration LEASE = Duration.ofHours(6);

    private final LocalBroker broker;
    private final Topics topics = Topics.standard();
    private final Admin admin;
    private final Producer<String, byte[]> producer;
    private final Router router;

    private RouterSystem(LocalBroker broker, Path data, Duration commits, int threads) {
        this.broker = broker;
        this.admin = Admin.create(clients());
        new TopicSetup(admin, topics, Optional.empty()).ensureSystem();
        try (var catalogue = new CataloguePublisher(Map.of("bootstrap.servers", broker.bootstrapServers()), topics)) {
            for (String pool : List.of("one", "two", "parked")) {
                catalogue.publish(model(pool));
            }
        }
        Map<String, Object> settings = clients();
        settings.put("linger.ms", "2");
        settings.put("acks", "all");
        this.producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        this.router = Router.start(config(data, commits, threads));
    }

    /**
     * @param commits the router's commit interval
     * @param threads the router's
     */
    static RouterSystem start(Path data, Duration commits, int threads) throws InterruptedException {
        LocalBroker broker = LocalBroker.start(BrokerConfig.in(data.resolve("broker")));
        var system = new RouterSystem(broker, data.resolve("router"), commits, threads);
        try {
            system.router.awaitRunning(STARTS_WITHIN);
            return system;
        } catch (TimeoutException e) {
            system.close();
            throw new IllegalStateException(e);
        }
    }

    private RouterConfig config(Path state, Duration commits, int threads) {
        return RouterConfig.of(broker.bootstrapServers(), state, topics, UriPolicy.sameForAll(List.of(OUTPUT)))
                .withLimits(JobLimits.DEFAULT, new DispatchLimits(LEASE, Duration.ofMinutes(10), Map.of()))
                .withRunning(threads, commits, Map.of());
    }

    /** Named as its pool; all share a VAE. */
    private static ModelEntry model(String pool) {
        return ModelEntry.of(Family.STABLE_DIFFUSION, pool, "b".repeat(64), pool)
                .kinds(List.of(StageKind.TEXT2IMG, StageKind.IMG2IMG))
                .vae(Optional.of("a".repeat(64)))
                .latents(4, 8)
                .size(64, 64, 8)
                .build();
    }

    private Map<String, Object> clients() {
        return new HashMap<>(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    Topics topics() {
        return topics;
    }

    void send(String topic, String key, MessageLite message) {
        send(topic, key, message.toByteArray());
    }

    void send(String topic, String key, byte[] value) {
        producer.send(new ProducerRecord<>(topic, key, value));
    }

    void flush() {
        producer.flush();
    }

    /** From the topic's end of now on, committed records only. */
    KafkaConsumer<String, byte[]> readerFromNow(String topic) {
        Map<String, Object> settings = clients();
        settings.put("isolation.level", "read_committed");
        settings.put("enable.auto.commit", "false");
        settings.put("max.poll.records", "5000");
        settings.put("fetch.max.wait.ms", "20");
        KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        return consumer;
    }

    /** Of one of the router's stores. */
    String changelog(String store) {
        return topics.prefix() + ".router-" + store + "-changelog";
    }

    /** How many bytes of keys and values lie before the topic's end of now, from where the reader is. */
    static long bytesToEnd(KafkaConsumer<String, byte[]> reader) {
        Map<TopicPartition, Long> ends = reader.endOffsets(reader.assignment());
        long bytes = 0;
        while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(100))) {
                bytes += Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
            }
        }
        return bytes;
    }

    @Override
    public void close() {
        router.close();
        producer.close(Duration.ofSeconds(5));
        admin.close();
        broker.close();
    }
}
