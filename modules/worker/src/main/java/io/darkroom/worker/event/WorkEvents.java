package io.darkroom.worker.event;

import com.google.protobuf.ByteString;
import io.darkroom.contract.topic.Topics;
import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkFailed;
import io.darkroom.contract.wire.WorkStarted;
import io.darkroom.contract.wire.WorkerHeartbeat;
import io.darkroom.contract.work.WorkProtocol;
import io.darkroom.worker.client.ClientFailures;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Tells the router what became of work. Every method returns once all in-sync replicas have the
 * event.
 */
public final class WorkEvents {
    private static final String CLIENT = "events";

    private final Producer<String, byte[]> producer;
    private final String topic;
    private final String heartbeatTopic;
    private final String pool;
    private final String incarnation;
    private final ClientFailures failures;

    public WorkEvents(
            Producer<String, byte[]> producer,
            Topics topics,
            String pool,
            String incarnation,
            ClientFailures failures) {
        this.producer = producer;
        this.topic = topics.workEvents();
        this.heartbeatTopic = topics.heartbeats();
        this.pool = pool;
        this.incarnation = incarnation;
        this.failures = failures;
    }

    /** The name of this life of this worker. */
    public String incarnation() {
        return incarnation;
    }

    /**
     * @param token of the work item, which shows that this worker was given it
     */
    public void started(AttemptKey attempt, ByteString token) throws EventNotPublishedException, InterruptedException {
        publish(
                attempt,
                event().setStarted(WorkStarted.newBuilder()
                        .setAttempt(attempt)
                        .setPool(pool)
                        .setToken(token)));
    }

    public void done(WorkDone done) throws EventNotPublishedException, InterruptedException {
        publish(done.getAttempt(), event().setDone(done));
    }

    public void failed(WorkFailed failed) throws EventNotPublishedException, InterruptedException {
        publish(failed.getAttempt(), event().setFailed(failed));
    }

    public void heartbeat(WorkerHeartbeat heartbeat) throws EventNotPublishedException, InterruptedException {
        publish(topic, pool, event().setHeartbeat(heartbeat));
    }

    /** In the topic of their own, which routers read at once and forget. */
    public void heartbeatApart(WorkerHeartbeat heartbeat) throws EventNotPublishedException, InterruptedException {
        publish(heartbeatTopic, pool, event().setHeartbeat(heartbeat));
    }

    private WorkEvent.Builder event() {
        return WorkEvent.newBuilder().setProtocolVersion(WorkProtocol.EVENT).setWorkerIncarnation(incarnation);
    }

    /** Events of one job share a partition, so that its `started` is read before its `done`. */
    private void publish(AttemptKey attempt, WorkEvent.Builder event)
            throws EventNotPublishedException, InterruptedException {
        publish(topic, attempt.getJob().getTenant() + "/" + attempt.getJob().getId(), event);
    }

    private void publish(String to, String key, WorkEvent.Builder event)
            throws EventNotPublishedException, InterruptedException {
        try {
            producer.send(new ProducerRecord<>(to, key, event.build().toByteArray()))
                    .get();
            failures.worked(CLIENT);
        } catch (ExecutionException e) {
            failures.met(CLIENT, e.getCause());
            throw new EventNotPublishedException(to, e.getCause());
        } catch (InterruptException e) {
            throw new InterruptedException(e.getMessage());
        } catch (RuntimeException e) {
            failures.met(CLIENT, e);
            throw new EventNotPublishedException(to, e);
        }
    }
}
