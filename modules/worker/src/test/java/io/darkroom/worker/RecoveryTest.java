package io.darkroom.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.artifacts.FileStore;
import io.darkroom.contract.topic.TopicSpec;
import io.darkroom.contract.topic.Topics;
import io.darkroom.testkit.SecuredBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose place in its group is taken from it, in the ways in which a share consumer does not come back by itself. */
class RecoveryTest {
    private static final String WORKER = "worker";
    private static final String POOL = "default";
    private static final Duration WITHIN = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final Topics topics = Topics.standard();

    @Test
    void slotsComeBackWhenTheRightToTheirGroupDoesAndAWorkerThatLacksItForLongSaysWhich() throws Exception {
        try (SecuredBroker broker = broker(Map.of())) {
            Worker worker = start(broker, config(broker, 2));
            try {
                await(() -> worker.capacity() == 2);
                broker.revoke(WORKER, ResourceType.GROUP, topics.shareGroup(POOL), AclOperation.READ);
                await(() -> worker.capacity() == 0);
                TimeUnit.SECONDS.sleep(10);
                broker.allow(WORKER, ResourceType.GROUP, topics.shareGroup(POOL), AclOperation.READ);
                await(() -> worker.capacity() == 2);
                assertThat(worker.failure()).isNotDone();
            } finally {
                worker.close();
            }

            Worker refused = start(broker, config(broker, 1).withRightsMayCome(Duration.ofSeconds(2)));
            try {
                await(() -> refused.capacity() == 1);
                broker.revoke(WORKER, ResourceType.GROUP, topics.shareGroup(POOL), AclOperation.READ);
                assertThat(refused.failure().get(WITHIN.toSeconds(), TimeUnit.SECONDS))
                        .contains("its principal lacks READ on group " + topics.shareGroup(POOL));
            } finally {
                refused.close();
            }
        }
    }

    @Test
    void aSlotThatFindsItsGroupFullIsNotAnnouncedUntilThereIsRoom() throws Exception {
        try (SecuredBroker broker = broker(Map.of("group.share.max.size", "1"))) {
            Worker first = start(broker, config(broker, 1));
            Worker second = start(broker, config(broker, 1));
            try {
                await(() -> first.capacity() + second.capacity() == 1);
                assertThat(second.awaitReady(Duration.ofSeconds(3))).isFalse();
                first.close();
                await(() -> second.capacity() == 1);
            } finally {
                first.close();
                second.close();
            }
        }
    }

    private Worker start(SecuredBroker broker, WorkerConfig config) throws Exception {
        return Worker.start(config, new FileStore(Files.createDirectories(folder.resolve("store"))));
    }

    private WorkerConfig config(SecuredBroker broker, int slots) throws IOException {
        Path handover = Files.createDirectories(folder.resolve("store/handover"));
        return WorkerConfig.of(broker.bootstrapServers(), topics, POOL, List.of(TestModel.folder()), handover.toUri())
                .withDevice(TestModel.device())
                .withSlots(slots)
                .withClientOverrides(SecuredBroker.loginAs(WORKER));
    }

    private SecuredBroker broker(Map<String, String> settings) throws Exception {
        SecuredBroker broker = SecuredBroker.start(folder.resolve("broker"), List.of(WORKER), settings);
        List<TopicSpec> specs = new ArrayList<>(topics.system());
        specs.add(topics.pool(POOL));
        broker.admin()
                .createTopics(specs.stream()
                        .map(spec -> new NewTopic(spec.name(), spec.partitions(), (short) 1).configs(spec.configs()))
                        .toList())
                .all()
                .get();
        broker.allow(
                WORKER, ResourceType.TOPIC, "darkroom.", AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE);
        broker.allow(WORKER, ResourceType.GROUP, topics.shareGroup(POOL), AclOperation.ALTER_CONFIGS);
        broker.allow(WORKER, ResourceType.GROUP, topics.shareGroup(POOL), AclOperation.READ);
        return broker;
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + WITHIN.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("within " + WITHIN).isNegative();
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
