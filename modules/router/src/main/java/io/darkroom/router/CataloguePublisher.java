package io.darkroom.router;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes and reads the catalogue of models. */
public final class CataloguePublisher implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final Map<String, Object> clients;
    private final Topics topics;
    private final Admin admin;
    private final Producer<String, byte[]> producer;

    /**
     * @param clients settings of Kafka's clients: {@code bootstrap.servers}, and security where
     *     there is any
     */
    public CataloguePublisher(Map<String, String> clients, Topics topics) {
        this.clients = Map.copyOf(clients);
        this.topics = topics;
        this.admin = Admin.create(this.clients);
        Map<String, Object> settings = new HashMap<>(clients);
        settings.put("acks", "all");
        this.producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    /**
     * Makes the model known. Its pool's topic is made first: once a job may name the model, its
     * work must have somewhere to go.
     */
    public void publish(ModelEntry model) {
        new TopicSetup(admin, topics, Optional.empty()).ensurePool(model.pool());
        send(new ProducerRecord<>(topics.models(), model.name(), Json.write(model)));
    }

    /** Forgets the model; jobs that were accepted go on. */
    public void remove(String model) {
        send(new ProducerRecord<>(topics.models(), model, null));
    }

    /** All models as they are now, by name. */
    public SortedMap<String, ModelEntry> read() {
        SortedMap<String, ModelEntry> models = new TreeMap<>();
        Map<String, Object> settings = new HashMap<>(clients);
        settings.put("isolation.level", "read_committed");
        settings.put("enable.auto.commit", "false");
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topics.models()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(POLL).forEach(record -> apply(record, models));
            }
        }
        return models;
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }

    private static void apply(ConsumerRecord<String, byte[]> record, Map<String, ModelEntry> models) {
        if (record.value() == null) {
            models.remove(record.key());
        } else {
            models.put(record.key(), Json.read(record.value(), ModelEntry.class));
        }
    }

    private void send(ProducerRecord<String, byte[]> record) {
        try {
            producer.send(record).get();
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "the catalogue cannot be written: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while writing the catalogue", e);
        }
    }
}
