package io.darkroom.cli.client;

import io.darkroom.cli.CommandFailure;
import io.darkroom.contract.result.JobReply;
import io.darkroom.contract.result.JobResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Submits jobs, says what is to become of them, and waits for what comes of them. */
public final class JobClient implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Cluster cluster;
    private final KafkaProducer<String, byte[]> producer;

    public JobClient(Cluster cluster) {
        this.cluster = cluster;
        this.producer = cluster.producer();
    }

    /** Puts a request on the topic and returns when the brokers have it. */
    public void submit(byte[] request, boolean interactive) {
        String topic = interactive
                ? cluster.topics().interactiveRequests()
                : cluster.topics().requests();
        send(topic, request);
    }

    /** Puts an instruction about a job on the topic of control. */
    public void control(byte[] control) {
        send(cluster.topics().control(), control);
    }

    /** Puts a record back on the topic that it came from. */
    public void putBack(String topic, byte[] value) {
        send(topic, value);
    }

    /** Deletes the dead letter of that key. */
    public void discardLetter(String key) {
        send(new ProducerRecord<>(cluster.topics().deadLetters(), key, null));
    }

    /**
     * Waits for the job's result.
     *
     * @param listener hears all news, the result too
     */
    public static JobResult awaitResult(JobFollower follower, Consumer<JobNews> listener) {
        while (true) {
            for (JobNews news : follower.poll(POLL)) {
                listener.accept(news);
                if (news instanceof JobNews.Result(JobResult result)) {
                    return result;
                }
            }
        }
    }

    /**
     * The router's answer to what was just asked.
     *
     * @return empty when there is none in time
     */
    public static Optional<JobReply> awaitReply(JobFollower follower, JobReply.Action action, Duration patience) {
        Instant end = Instant.now().plus(patience);
        while (Instant.now().isBefore(end)) {
            for (JobNews news : follower.poll(POLL)) {
                if (news instanceof JobNews.Reply(JobReply reply) && reply.action() == action) {
                    return Optional.of(reply);
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        producer.close();
    }

    private void send(String topic, byte[] value) {
        send(new ProducerRecord<>(topic, value));
    }

    private void send(ProducerRecord<String, byte[]> record) {
        try {
            producer.send(record).get();
        } catch (ExecutionException e) {
            throw failure(record, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.infrastructure("interrupted while sending to " + record.topic(), e);
        }
    }

    private static CommandFailure failure(ProducerRecord<String, byte[]> record, Throwable cause) {
        if (cause instanceof RecordTooLargeException) {
            return CommandFailure.job("the request has "
                    + record.value().length
                    + " bytes, more than a record may have; pictures go into an object"
                    + " store, and the request names their URIs");
        }
        return CommandFailure.infrastructure(
                "the broker did not take the record for " + record.topic() + ": " + cause.getMessage(), cause);
    }
}
