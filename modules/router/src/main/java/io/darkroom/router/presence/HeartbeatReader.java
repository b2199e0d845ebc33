package io.darkroom.router.presence;

import com.google.protobuf.InvalidProtocolBufferException;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.router.ingress.HeartbeatForm;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the topic of heartbeats, from now on, in a thread of its own. A heartbeat is worth nothing a moment later, and there
 * are a thousand in a second: so they take no part in transactions, nothing is stored or forwarded for them, and each router
 * reads them all.
 */
public final class HeartbeatReader implements Presence, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeartbeatReader.class);

    /** A fetch of all that came meanwhile costs little more than one of a single heartbeat. */
    private static final Duration FETCH = Duration.ofMillis(500);

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    /** Names are the workers' own; so many that one of them invents do not fill the memory. */
    private static final int MOST_WORKERS = 20_000;

    private static final int FETCH_BYTES = 1 << 20;

    private final Map<String, Object> settings;
    private final TopicPartition topic;
    private final InstantSource clock;
    private final Map<Worker, Heard> workers = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean closing;

    private record Worker(String pool, String incarnation) {}

    /**
     * @param kafka settings of a consumer, such as where the brokers are
     * @param topic with one partition
     */
    public HeartbeatReader(Map<String, Object> kafka, String topic, InstantSource clock) {
        this.settings = new HashMap<>(kafka);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, FETCH_BYTES);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, Math.toIntExact(FETCH.toMillis()));
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
        this.topic = new TopicPartition(topic, 0);
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("heartbeat-reader").daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    @Override
    public Collection<Heard> heard() {
        return List.copyOf(workers.values());
    }

    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closing) {
            try (var consumer =
                    new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                read(consumer);
            } catch (InterruptException | WakeupException e) {
                LOG.debug("interrupted");
            } catch (KafkaException e) {
                LOG.warn("{} cannot be read, which is tried again: {}", topic, e.toString());
                pause();
            }
        }
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer) {
        consumer.assign(List.of(topic));
        consumer.seekToEnd(List.of(topic));
        while (!closing) {
            var records = consumer.poll(FETCH);
            Instant now = clock.instant();
            records.forEach(record -> hear(record, now));
            workers.values().removeIf(heard -> heard.at().plus(REMEMBERED).isBefore(now));
        }
    }

    /** What cannot be read was written by no worker of ours, and has no sender that could be answered. */
    private void hear(ConsumerRecord<byte[], byte[]> record, Instant now) {
        if (record.value() == null) {
            return;
        }
        try {
            WorkEvent event = WorkEvent.parseFrom(record.value());
            if (!event.hasHeartbeat() || HeartbeatForm.faultOf(event).isPresent()) {
                LOG.debug("{}@{} is no heartbeat", topic, record.offset());
                return;
            }
            String pool = event.getHeartbeat().getPool();
            var worker = new Worker(pool, event.getWorkerIncarnation());
            if (workers.size() < MOST_WORKERS || workers.containsKey(worker)) {
                workers.put(worker, new Heard(pool, HeartbeatForm.lease(event), now));
            }
        } catch (InvalidProtocolBufferException e) {
            LOG.debug("{}@{} is no WorkEvent", topic, record.offset());
        }
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            LOG.debug("interrupted");
        }
    }
}
