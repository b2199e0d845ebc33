package io.darkroom.worker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The Kafka clients of a worker, each with the settings that its part in the protocol needs. */
final class KafkaClients {
    /** Kafka's half a minute is long for a device that waits for a connection that is open and never answered. */
    private static final String REQUEST_TIMEOUT_MS = "10000";

    private final WorkerConfig config;

    KafkaClients(WorkerConfig config) {
        this.config = config;
    }

    Admin admin() {
        return Admin.create(settings(Map.of()));
    }

    /**
     * One member of the pool's share group that never holds more than one record. With explicit
     * acknowledgement a consumer cannot poll while it holds a record (KIP-932), so its poll
     * interval has to outlast the lock; and only {@code record_limit} keeps the broker from giving
     * it a whole batch.
     */
    ShareConsumer<String, byte[]> slotConsumer(int slot) {
        Duration pollInterval = config.recordLock().plusMinutes(5);
        return new KafkaShareConsumer<>(
                settings(Map.of(
                        "group.id",
                        config.topics().shareGroup(config.pool()),
                        "client.id",
                        "slot-" + slot,
                        "share.acknowledgement.mode",
                        "explicit",
                        "share.acquire.mode",
                        "record_limit",
                        "max.poll.records",
                        "1",
                        "max.poll.interval.ms",
                        Long.toString(pollInterval.toMillis()))),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    /** Reads worker-control; a member of no group, because every worker reads every record. */
    KafkaConsumer<String, byte[]> controlConsumer() {
        return reader("control");
    }

    /** Reads the catalogue of models; a member of no group either. */
    KafkaConsumer<String, byte[]> catalogueConsumer() {
        return reader("catalogue");
    }

    private KafkaConsumer<String, byte[]> reader(String name) {
        return new KafkaConsumer<>(
                settings(Map.of(
                        "client.id", name,
                        "isolation.level", "read_committed",
                        "enable.auto.commit", "false",
                        "auto.offset.reset", "earliest")),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    /**
     * For what the outcome of a job rests on: every in-sync replica has it before the send is over.
     */
    Producer<String, byte[]> eventProducer() {
        return new KafkaProducer<>(
                settings(Map.of("client.id", "events", "acks", "all", "enable.idempotence", "true", "linger.ms", "0")),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /**
     * For what may be lost: small buffer, short patience, so that it never holds up anything else.
     */
    Producer<String, byte[]> progressProducer() {
        return new KafkaProducer<>(
                settings(Map.of(
                        "client.id", "progress",
                        "acks", "1",
                        "enable.idempotence", "false",
                        "linger.ms", "5",
                        "buffer.memory", "1048576",
                        "max.block.ms", "1000")),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    private Map<String, Object> settings(Map<String, String> own) {
        Map<String, Object> settings = new HashMap<>(own);
        settings.put("request.timeout.ms", REQUEST_TIMEOUT_MS);
        settings.put("bootstrap.servers", config.bootstrapServers());
        settings.putAll(config.clientOverrides());
        return settings;
    }
}
