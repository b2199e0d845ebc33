package io.darkroom.worker;

import com.google.protobuf.InvalidProtocolBufferException;
import io.darkroom.artifacts.FileStore;
import io.darkroom.artifacts.ObjectStore;
import io.darkroom.artifacts.model.ModelSupply;
import io.darkroom.contract.topic.Topics;
import io.darkroom.contract.wire.CancelWork;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkFailed;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkerControl;
import io.darkroom.testkit.SystemTopics;
import io.darkroom.testkit.TestBroker;
import io.darkroom.testkit.TestClients;
import io.darkroom.testkit.TopicReader;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A pool on the real broker, with the test in the router's place: it gives work and reads events.
 */
final class PoolBench implements AutoCloseable {

    static final String POOL = "test";
    static final Duration PATIENCE = Duration.ofMinutes(3);

    private final TestBroker broker;
    private final TestClients clients;
    private final Topics topics;
    private final TopicReader events;
    private final ObjectStore store;
    private final Path files;
    private final Deque<Worker> workers = new ArrayDeque<>();

    PoolBench(TestBroker broker, Path files) {
        this.broker = broker;
        this.files = files;
        this.clients = broker.clients();
        this.topics = SystemTopics.create(broker, clients, POOL);
        this.events = clients.reader(topics.workEvents());
        this.store = new FileStore(files);
    }

    Topics topics() {
        return topics;
    }

    TestClients clients() {
        return clients;
    }

    ObjectStore store() {
        return store;
    }

    Path files() {
        return files;
    }

    WorkerConfig config() {
        return WorkerConfig.of(
                        broker.bootstrapServers(),
                        topics,
                        POOL,
                        List.of(TestModel.folder()),
                        URI.create(files.toUri() + "handover/"))
                .withDevice(TestModel.device());
    }

    /** A worker that is closed with this bench. */
    Worker start(WorkerConfig config) throws Exception {
        return start(config, store);
    }

    Worker start(WorkerConfig config, ObjectStore itsStore) throws Exception {
        Worker worker = Worker.start(config, itsStore);
        workers.push(worker);
        return worker;
    }

    /** One that pulls models. */
    Worker start(WorkerConfig config, Optional<ModelSupply> supply) throws Exception {
        Worker worker = Worker.start(config, store, supply);
        workers.push(worker);
        return worker;
    }

    void give(WorkItem item) {
        clients.send(
                topics.work(POOL),
                item.getJob().getTenant() + "/" + item.getJob().getId(),
                item.toByteArray());
    }

    void cancel(WorkItem item) {
        var control = WorkerControl.newBuilder()
                .setCancel(CancelWork.newBuilder().setJob(item.getJob()).setReason("test"))
                .build();
        clients.send(topics.workerControl(), item.getJob().getTenant(), control.toByteArray());
    }

    void awaitStarted(WorkItem item) {
        await(
                event -> event.hasStarted()
                        && event.getStarted().getAttempt().getJob().equals(item.getJob()),
                1);
    }

    WorkDone awaitDone(WorkItem item) {
        WorkEvent outcome = awaitOutcome(item);
        if (outcome.hasFailed()) {
            throw new AssertionError("failed instead of done: " + outcome.getFailed());
        }
        return outcome.getDone();
    }

    WorkFailed awaitFailed(WorkItem item) {
        WorkEvent outcome = awaitOutcome(item);
        if (outcome.hasDone()) {
            throw new AssertionError("done instead of failed: " + outcome.getDone());
        }
        return outcome.getFailed();
    }

    /** Waits for events of that kind and gives all of them in their order. */
    List<WorkEvent> await(Predicate<WorkEvent> wanted, int count) {
        return events.awaitCount(record -> wanted.test(parse(record)), count, PATIENCE).stream()
                .map(PoolBench::parse)
                .toList();
    }

    /** Every event of the item's job that is there now. */
    List<WorkEvent> eventsOf(WorkItem item) {
        return events.readToEnd().stream()
                .map(PoolBench::parse)
                .filter(event -> jobOf(event).equals(item.getJob()))
                .toList();
    }

    @Override
    public void close() throws Exception {
        while (!workers.isEmpty()) {
            workers.pop().close();
        }
        clients.close();
    }

    private WorkEvent awaitOutcome(WorkItem item) {
        return await(
                        event -> (event.hasDone() || event.hasFailed())
                                && jobOf(event).equals(item.getJob()),
                        1)
                .getFirst();
    }

    private static JobKey jobOf(WorkEvent event) {
        return switch (event.getKindCase()) {
            case STARTED -> event.getStarted().getAttempt().getJob();
            case DONE -> event.getDone().getAttempt().getJob();
            case FAILED -> event.getFailed().getAttempt().getJob();
            case HEARTBEAT, TIMER_DUE, KIND_NOT_SET -> JobKey.getDefaultInstance();
        };
    }

    private static WorkEvent parse(ConsumerRecord<String, byte[]> record) {
        try {
            return WorkEvent.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("a record of work-events is no WorkEvent", e);
        }
    }
}
