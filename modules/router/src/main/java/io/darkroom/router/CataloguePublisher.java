package io.darkroom.router;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.topic.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes the catalogue of models. */
public final class CataloguePublisher implements AutoCloseable {
    private final Topics topics;
    private final Admin admin;
    private final Producer<String, byte[]> producer;

    /**
     * @param clients settings of Kafka's clients: {@code bootstrap.servers}, and security where
     *     there is any
     */
    public CataloguePublisher(Map<String, String> clients, Topics topics) {
        this.topics = topics;
        Map<String, Object> settings = new HashMap<>(clients);
        this.admin = Admin.create(settings);
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

    @Override
    public void close() {
        producer.close();
        admin.close();
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
