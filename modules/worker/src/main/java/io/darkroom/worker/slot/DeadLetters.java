package io.darkroom.worker.slot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.darkroom.artifacts.Sha256;
import io.darkroom.contract.error.ErrorCode;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps records that are no work, with where they came from, for a person to look at. */
public final class DeadLetters {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final int MAX_KEPT_BYTES = 256 * 1024;

    private final Producer<String, byte[]> producer;
    private final String topic;

    public DeadLetters(Producer<String, byte[]> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    /** Whether the brokers have the letter; only then may the record be given up. */
    boolean keep(ConsumerRecord<String, byte[]> origin, String reason) throws InterruptedException {
        byte[] original = Optional.ofNullable(origin.value()).orElse(new byte[0]);
        byte[] value = Arrays.copyOf(original, Math.min(original.length, MAX_KEPT_BYTES));
        var letter = new ProducerRecord<>(topic, origin.key(), value);
        header(letter, "darkroom.code", ErrorCode.MALFORMED_RECORD.name());
        header(letter, "darkroom.reason", reason);
        header(letter, "darkroom.origin.topic", origin.topic());
        header(letter, "darkroom.origin.partition", Integer.toString(origin.partition()));
        header(letter, "darkroom.origin.offset", Long.toString(origin.offset()));
        header(letter, "darkroom.origin.timestamp", Long.toString(origin.timestamp()));
        header(letter, "darkroom.original.sha256", Sha256.of(original));
        header(letter, "darkroom.original.bytes", Integer.toString(original.length));
        try {
            producer.send(letter).get();
            return true;
        } catch (InterruptException e) {
            throw new InterruptedException(e.getMessage());
        } catch (ExecutionException | KafkaException e) {
            LOG.warn("a dead letter for {} was not taken", topic, e);
            return false;
        }
    }

    private static void header(ProducerRecord<String, byte[]> letter, String name, String value) {
        letter.headers().add(name, value.getBytes(UTF_8));
    }
}
