package io.darkroom.router.streams;

import io.darkroom.contract.topic.Topics;
import io.darkroom.router.RouterConfig;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;

/** The settings of Kafka Streams that the router rests on, with the reason for each. */
public final class StreamsSettings {
    private static final String MAX_REQUEST_BYTES = Integer.toString(9 << 20);

    private static final int BUFFERED_RECORDS = 4;
    private static final int MAX_FETCH_BYTES = Topics.MAX_RECORD_BYTES;

    private static final int REQUEST_TIMEOUT_MS = 10_000;
    private static final int BATCH_BYTES = 128 << 10;

    private StreamsSettings() {}

    public static Properties of(RouterConfig config) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
        settings.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.threads());
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SmallStores.class);
        // A transaction's records are seen when it is committed: this is most of a hop's latency.
        settings.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, config.commitInterval().toMillis());
        settings.put(
                StreamsConfig.POLL_MS_CONFIG, Math.clamp(config.commitInterval().toMillis() / 2, 1, 100));
        // Keys of our own topics only are text; a broken one there is no reason to stop.
        settings.put(
                StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndContinueExceptionHandler.class);
        // The catalogue's processor fails as every other does.
        settings.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_GLOBAL_ENABLED_CONFIG, true);
        // What is held of a partition is this many records and what one more fetch brings, which may all be of the
        // largest size: with 50, strangers' records of 1 MiB on four partitions of each topic were more than a small
        // heap.
        settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, BUFFERED_RECORDS);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), MAX_FETCH_BYTES);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), 8 * MAX_FETCH_BYTES);
        settings.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG),
                BoundedHeaders.class.getName());
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 200);
        // How long the work of a router that is gone stands still, unless it comes back with its
        // state directory.
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 2_000);
        settings.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
                config.instanceId().orElseGet(() -> InstanceId.in(config.stateDir())));
        // A connection that is open and never answered is given up on after this long, not after half a minute:
        // until then nothing is committed.
        settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        // Streams asks its admin client for the ends of changelogs before it restores a task. That client idles
        // for hours: all of its connections may be such, one behind the other.
        settings.put(
                StreamsConfig.adminClientPrefix(CommonClientConfigs.CONNECTIONS_MAX_IDLE_MS_CONFIG),
                REQUEST_TIMEOUT_MS);
        // What is sent to topics is bounded before; this is for the changelogs.
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), MAX_REQUEST_BYTES);
        // Nobody reads a record before its transaction is committed, and a commit sends what is left at once: to send
        // earlier only
        // makes more and smaller requests.
        settings.put(
                StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG),
                Math.toIntExact(config.commitInterval().toMillis()));
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
        settings.putAll(config.kafka());
        return settings;
    }

    /** Of a consumer beside Streams, with the same brokers and security. */
    public static Map<String, Object> ofReader(RouterConfig config) {
        Map<String, Object> settings =
                new StreamsConfig(of(config)).getRestoreConsumerConfigs(config.applicationId() + "-heartbeat-reader");
        settings.remove(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG);
        settings.remove(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG);
        settings.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return settings;
    }
}
