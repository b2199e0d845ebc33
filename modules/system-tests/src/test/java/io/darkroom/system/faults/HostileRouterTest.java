package io.darkroom.system.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.bench.door.HostileRecords;
import io.darkroom.bench.door.HostileRecords.Kind;
import io.darkroom.contract.request.Envelope;
import io.darkroom.contract.topic.Topics;
import io.darkroom.router.TopicSetup;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import io.darkroom.testkit.TestClients;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A router with little memory, and nothing but hostile records on all topics that others write. More of them than in the build:
 * {@code -Ddarkroom.hostile.records=10000}.
 */
@ExtendWith(BrokerExtension.class)
class HostileRouterTest {
    private static final int RECORDS = Integer.getInteger("darkroom.hostile.records", 400);
    private static final int BATCH = 100;
    private static final int HEAP_MEBIBYTES = 512;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    private Topics topics;
    private TestClients clients;

    /** Where a record stands, and who sent it if that can be read. */
    private record Sent(String place, Optional<String> sender) {}

    @Test
    void everyRecordIsAnsweredAndNoThreadDies(TestBroker broker) throws Exception {
        topics = new Topics(broker.unique("hostile"), 2);
        Child router = new Child("router", command(broker), folder);
        try (TestClients own = broker.clients();
                var producer = producer(broker, "none");
                var packing = producer(broker, "zstd");
                var answers = answers(broker)) {
            clients = own;
            new TopicSetup(clients.admin(), topics, Optional.empty()).ensureSystem();
            answers.assign(partitions());
            answers.seekToBeginning(answers.assignment());
            router.start();
            for (int from = 0; from < RECORDS; from += BATCH) {
                List<Sent> sent = new ArrayList<>();
                for (int number = from; number < Math.min(from + BATCH, RECORDS); number++) {
                    send(number, number % 3 == 0 ? packing : producer).ifPresent(sent::add);
                }
                refuseABomb(packing);
                awaitAnswers(sent, answers);
                forget();
            }
            assertThat(router.isAlive()).isTrue();
            clients.send(topics.requests(), "k", unknownModel().getBytes(UTF_8));
            awaitAnswers(List.of(new Sent("none", Optional.of("default/well-formed"))), answers);
        } finally {
            router.kill();
        }
        String log = Files.readString(folder.resolve("router.log"));
        assertThat(log).doesNotContain("thread of the router died").doesNotContain("\n\tat ");
        assertThat(log.lines().count()).isLessThan(200 + RECORDS);
    }

    private Child.Command command(TestBroker broker) {
        return Commands.darkroom(
                "router ready",
                HEAP_MEBIBYTES,
                "router",
                "--bootstrap-server",
                broker.bootstrapServers(),
                "--topic-prefix",
                topics.prefix(),
                "--partitions",
                "2",
                "--state-dir",
                folder.resolve("state").toString(),
                "--allow",
                "s3://renders/");
    }

    /** The record, unless nobody owes it an answer. */
    private Optional<Sent> send(int number, KafkaProducer<String, byte[]> producer) throws Exception {
        Kind kind = Kind.values()[number % Kind.values().length];
        byte[] value = new HostileRecords(number).next(kind, "hostile-" + number);
        String topic =
                switch (number % 11) {
                    case 0 -> topics.control();
                    case 1 -> topics.workEvents();
                    case 2 -> topics.models();
                    case 3 -> topics.interactiveRequests();
                    default -> topics.requests();
                };
        RecordMetadata where = producer.send(new ProducerRecord<>(topic, "key-" + number, value))
                .get();
        if (topic.equals(topics.models())) {
            return Optional.empty();
        }
        boolean isRequest = topic.startsWith(topics.requests());
        Envelope envelope = isRequest ? Envelope.of(value) : Envelope.NOBODY;
        return Optional.of(new Sent(
                where.topic() + "/" + where.partition() + "/" + where.offset(),
                envelope.id().flatMap(id -> envelope.tenant().map(tenant -> tenant + "/" + id))));
    }

    private void refuseABomb(KafkaProducer<String, byte[]> packing) {
        byte[] spaces = " ".repeat(24 << 20).getBytes(UTF_8);
        assertThatThrownBy(() -> packing.send(new ProducerRecord<>(topics.requests(), "bomb", spaces))
                        .get())
                .hasCauseInstanceOf(RecordTooLargeException.class);
    }

    /** A dead letter for each record, and a result for each that has an id; or the job was taken. */
    private void awaitAnswers(List<Sent> sent, KafkaConsumer<String, byte[]> answers) {
        Set<Sent> open = new HashSet<>(sent);
        Map<String, Set<String>> keys = new HashMap<>();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!open.isEmpty()) {
            assertThat(System.nanoTime() - end)
                    .as("without an answer: %s", open)
                    .isNegative();
            answers.poll(Duration.ofMillis(100))
                    .forEach(record -> keys.computeIfAbsent(record.topic(), _ -> new HashSet<>())
                            .add(record.key()));
            Set<String> letters = keys.getOrDefault(topics.deadLetters(), Set.of());
            Set<String> results = keys.getOrDefault(topics.results(), Set.of());
            Set<String> jobs = keys.getOrDefault(topics.jobs(), Set.of());
            open.removeIf(record -> record.sender()
                    .map(sender -> results.contains(sender) || jobs.contains(sender))
                    .orElseGet(() -> letters.contains(record.place())));
        }
    }

    /** What is answered takes up a disk only. */
    private void forget() throws Exception {
        Map<TopicPartition, RecordsToDelete> all = partitions().stream()
                .filter(partition -> !partition.topic().equals(topics.jobs()))
                .collect(Collectors.toMap(partition -> partition, _ -> RecordsToDelete.beforeOffset(-1)));
        for (int partition = 0; partition < 2; partition++) {
            all.put(new TopicPartition(topics.requests(), partition), RecordsToDelete.beforeOffset(-1));
        }
        clients.admin().deleteRecords(all).all().get();
    }

    private Collection<TopicPartition> partitions() {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : List.of(topics.results(), topics.jobs())) {
            partitions.add(new TopicPartition(topic, 0));
            partitions.add(new TopicPartition(topic, 1));
        }
        partitions.add(new TopicPartition(topics.deadLetters(), 0));
        return partitions;
    }

    private static String unknownModel() {
        return """
            {"schema_version": 1, "id": "well-formed", "output": {"uri": "s3://renders/a/"},
             "stages": [{"kind": "text2img", "model": "no-such-model", "prompt": "a fox"}]}
            """;
    }

    private static KafkaProducer<String, byte[]> producer(TestBroker broker, String compression) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "compression.type",
                        compression,
                        "buffer.memory",
                        64 << 20,
                        "max.request.size",
                        64 << 20),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    private static KafkaConsumer<String, byte[]> answers(TestBroker broker) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "isolation.level",
                        "read_committed",
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }
}
