package io.darkroom.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.darkroom.artifacts.FileStore;
import io.darkroom.contract.topic.TopicSpec;
import io.darkroom.contract.topic.Topics;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.testkit.SecuredBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
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
            assertThat(first.awaitReady(WITHIN)).isTrue();
            Worker second = start(broker, config(broker, 1));
            try {
                assertThat(second.awaitReady(Duration.ofSeconds(3))).isFalse();
                first.close();
                await(() -> second.capacity() == 1);
            } finally {
                first.close();
                second.close();
            }
        }
    }

    /** Brokers drop a record in silence after ten deliveries, which a worker that only hands it back would bring about in seconds. */
    @Test
    void aRecordOutlivesAWorkerThatMayNotTellItsOutcome() throws Exception {
        try (SecuredBroker broker = broker(Map.of("group.share.delivery.count.limit", "3"))) {
            Worker worker = start(broker, config(broker, 2));
            Map<String, Object> asWorker = new HashMap<>(SecuredBroker.loginAs(WORKER));
            asWorker.put("bootstrap.servers", broker.bootstrapServers());
            try (var sender = new KafkaProducer<>(asWorker, new StringSerializer(), new ByteArraySerializer());
                    var events = new KafkaConsumer<>(asWorker, new StringDeserializer(), new ByteArrayDeserializer())) {
                await(() -> worker.capacity() == 2);
                sender.partitionsFor(topics.work(POOL));
                broker.deny(WORKER, ResourceType.TOPIC, topics.workEvents(), AclOperation.WRITE);
                WorkItem item = Items.item(
                                "job",
                                folder.resolve("store"),
                                Items.text2img("s", 1).build())
                        .build();
                sender.send(new ProducerRecord<>(topics.work(POOL), "acme/job", item.toByteArray()))
                        .get();
                await(() -> worker.capacity() == 0);
                assertThat(worker.complaint()).contains(topics.workEvents());
                TimeUnit.SECONDS.sleep(20);
                assertThat(worker.capacity()).isZero();

                broker.undeny(WORKER, ResourceType.TOPIC, topics.workEvents(), AclOperation.WRITE);
                List<TopicPartition> partitions = events.partitionsFor(topics.workEvents()).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
                events.assign(partitions);
                events.seekToBeginning(partitions);
                await(() -> isDone(events.poll(Duration.ofMillis(100))));
                await(() -> worker.capacity() == 2);
            } finally {
                worker.close();
            }
        }
    }

    private static boolean isDone(ConsumerRecords<String, byte[]> records) {
        for (ConsumerRecord<String, byte[]> record : records) {
            try {
                if (WorkEvent.parseFrom(record.value()).hasDone()) {
                    return true;
                }
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError("a record of work-events is no WorkEvent", e);
            }
        }
        return false;
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
