package io.darkroom.testkit;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * What a test does to a broker as any client would: make topics, send, read. Not for use from
 * several threads.
 */
public final class TestClients implements AutoCloseable {

    private final String bootstrapServers;
    private final Admin admin;
    private final KafkaProducer<String, byte[]> producer;
    private final Deque<TopicReader> readers = new ArrayDeque<>();

    public TestClients(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "linger.ms", "0"),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    public Admin admin() {
        return admin;
    }

    public void createTopics(Collection<NewTopic> topics) {
        await(admin.createTopics(topics).all().toCompletionStage().toCompletableFuture());
    }

    public void createTopic(String name, int partitions) {
        createTopics(List.of(new NewTopic(name, partitions, (short) 1)));
    }

    /** Sets configs of a share group, which has to happen before its first member joins. */
    public void configureGroup(String group, Map<String, String> configs) {
        var resource = new ConfigResource(ConfigResource.Type.GROUP, group);
        Collection<AlterConfigOp> operations = configs.entrySet().stream()
                .map(entry ->
                        new AlterConfigOp(new ConfigEntry(entry.getKey(), entry.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        await(admin.incrementalAlterConfigs(Map.of(resource, operations))
                .all()
                .toCompletionStage()
                .toCompletableFuture());
    }

    /** Sends and waits until the broker has the record. */
    public RecordMetadata send(String topic, String key, byte[] value) {
        return send(new ProducerRecord<>(topic, key, value));
    }

    /** Sends and waits until the broker has the record. */
    public RecordMetadata send(ProducerRecord<String, byte[]> record) {
        return await(producer.send(record));
    }

    /** Sends many, in their order, and waits until the broker has all of them. */
    public void sendAll(List<ProducerRecord<String, byte[]>> records) {
        records.stream().map(producer::send).toList().forEach(TestClients::await);
    }

    /** Sends a record whose key is no text, and waits until the broker has it. */
    public void sendBytes(ProducerRecord<byte[], byte[]> record) {
        try (var bytes = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            await(bytes.send(record));
        }
    }

    /** Reads topics from their beginning, committed records only; closed with these clients. */
    public TopicReader reader(String... topics) {
        var reader = new TopicReader(bootstrapServers, Arrays.asList(topics));
        readers.push(reader);
        return reader;
    }

    @Override
    public void close() {
        readers.forEach(TopicReader::close);
        producer.close();
        admin.close();
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the broker", e);
        }
    }
}
