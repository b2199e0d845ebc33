package io.darkroom.worker.slot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.contract.request.Envelope;
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
    private final Producer<String, byte[]> producer;
    private final String topic;

    public DeadLetters(Producer<String, byte[]> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    /** Whether the brokers have the letter; only then may the record be given up. */
    boolean keep(ConsumerRecord<String, byte[]> origin, String reason) throws InterruptedException {
        var from = new DeadLetter.Origin(origin.topic(), origin.partition(), origin.offset(), origin.timestamp());
        DeadLetter letter = DeadLetter.ofRecord(
                from, Optional.ofNullable(origin.value()), Envelope.NOBODY, ErrorCode.MALFORMED_RECORD, reason);
        var record = new ProducerRecord<>(topic, letter.key(), letter.value());
        letter.headers().forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
        try {
            producer.send(record).get();
            return true;
        } catch (InterruptException e) {
            throw new InterruptedException(e.getMessage());
        } catch (ExecutionException | KafkaException e) {
            LOG.warn("a dead letter for {} was not taken: {}", topic, e.toString());
            return false;
        }
    }
}
