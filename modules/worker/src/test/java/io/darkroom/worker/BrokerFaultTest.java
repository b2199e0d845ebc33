package io.darkroom.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.darkroom.artifacts.FileStore;
import io.darkroom.contract.topic.TopicSpec;
import io.darkroom.contract.topic.Topics;
import io.darkroom.contract.wire.CancelWork;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkerControl;
import io.darkroom.testkit.TestClients;
import io.darkroom.testkit.TopicReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All of a worker's slots take work again within half a minute of what the brokers did to them. */
class BrokerFaultTest {
    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int SLOTS = 2;

    @TempDir
    Path folder;

    private final Topics topics = new Topics("darkroom", 2);

    @Test
    void afterTheBrokerWasKilledAndStartedAgain() throws Exception {
        try (BrokerProcesses brokers = BrokerProcesses.start(folder, 1);
                TestClients clients = prepared(brokers)) {
            Worker worker = start(brokers, Duration.ofHours(1));
            try {
                allSlotsWork(clients, "before");
                brokers.kill(1);
                brokers.startAgain(1);
                long up = System.nanoTime();
                allSlotsWork(clients, "after");
                within("broker restarted", up, worker);
            } finally {
                worker.close();
            }
        }
    }

    @Test
    void afterTheLockOfARecordWasLost() throws Exception {
        try (BrokerProcesses brokers = BrokerProcesses.start(folder, 1);
                TestClients clients = prepared(brokers)) {
            Worker worker = start(brokers, Duration.ofSeconds(1));
            try {
                WorkItem slow = give(clients, "slow", Items.ENDLESS);
                // The second slot is given it too, as soon as the lock of the first has run out.
                started(clients, slow, 2);
                cancel(clients, slow);
                long freed = System.nanoTime();
                allSlotsWork(clients, "after");
                within("lock lost", freed, worker);
            } finally {
                worker.close();
            }
        }
    }

    @Test
    void afterTheGroupsCoordinatorMoved() throws Exception {
        try (BrokerProcesses brokers = BrokerProcesses.start(folder, 3);
                TestClients clients = prepared(brokers)) {
            Worker worker = start(brokers, Duration.ofHours(1));
            try {
                allSlotsWork(clients, "before");
                String group = topics.shareGroup(PoolBench.POOL);
                int coordinator = clients.admin()
                        .describeShareGroups(List.of(group))
                        .all()
                        .get()
                        .get(group)
                        .coordinator()
                        .id();
                brokers.kill(coordinator);
                long gone = System.nanoTime();
                allSlotsWork(clients, "after");
                within("coordinator moved", gone, worker);
            } finally {
                worker.close();
            }
        }
    }

    private TestClients prepared(BrokerProcesses brokers) {
        var clients = new TestClients(brokers.bootstrapServers());
        List<TopicSpec> specs = new ArrayList<>(topics.system());
        specs.add(topics.pool(PoolBench.POOL));
        clients.createTopics(specs.stream()
                .map(spec -> new NewTopic(spec.name(), Optional.of(spec.partitions()), Optional.empty())
                        .configs(spec.configs()))
                .toList());
        return clients;
    }

    private Worker start(BrokerProcesses brokers, Duration lock) throws Exception {
        Path store = Files.createDirectories(folder.resolve("store"));
        WorkerConfig config = WorkerConfig.of(
                        brokers.bootstrapServers(),
                        topics,
                        PoolBench.POOL,
                        List.of(TestModel.folder()),
                        Files.createDirectories(store.resolve("handover")).toUri())
                .withDevice(TestModel.device())
                .withRecordLock(lock)
                .withSlots(SLOTS);
        Worker worker = Worker.start(config, new FileStore(store));
        assertThat(worker.awaitReady(PATIENCE)).isTrue();
        return worker;
    }

    /** As many work items as there are slots are under way at once. */
    private void allSlotsWork(TestClients clients, String name) {
        List<WorkItem> items = new ArrayList<>();
        for (int slot = 0; slot < SLOTS; slot++) {
            items.add(give(clients, name + "-" + slot, Items.ENDLESS));
        }
        items.forEach(item -> started(clients, item, 1));
        items.forEach(item -> cancel(clients, item));
    }

    private WorkItem give(TestClients clients, String id, int steps) {
        WorkItem item = Items.item(
                        id, folder.resolve("store"), Items.text2img("s", steps).build())
                .build();
        clients.send(topics.work(PoolBench.POOL), "acme/" + id, item.toByteArray());
        return item;
    }

    private void cancel(TestClients clients, WorkItem item) {
        var control = WorkerControl.newBuilder()
                .setCancel(CancelWork.newBuilder().setJob(item.getJob()).setReason("test"))
                .build();
        clients.send(topics.workerControl(), "acme", control.toByteArray());
    }

    private void started(TestClients clients, WorkItem item, int times) {
        TopicReader events = clients.reader(topics.workEvents());
        var unused = events.awaitCount(record -> isStart(record, item), times, PATIENCE);
    }

    private static boolean isStart(ConsumerRecord<String, byte[]> record, WorkItem item) {
        try {
            WorkEvent event = WorkEvent.parseFrom(record.value());
            return event.hasStarted()
                    && event.getStarted().getAttempt().getJob().equals(item.getJob());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("a record of work-events is no WorkEvent", e);
        }
    }

    private static void within(String fault, long fromNanos, Worker worker) {
        Duration took = Duration.ofNanos(System.nanoTime() - fromNanos);
        System.out.println(fault + ": all slots work after " + took.toMillis() + " ms");
        assertThat(took).as(fault).isLessThan(WITHIN);
        assertThat(worker.failure()).isNotDone();
    }
}
