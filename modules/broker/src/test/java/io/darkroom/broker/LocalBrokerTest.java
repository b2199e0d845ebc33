package io.darkroom.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalBrokerTest {

    private static final String TOPIC = "numbers";

    @TempDir
    Path data;

    @Test
    void recordsSurviveAnOrderlyRestart() throws Exception {
        try (LocalBroker broker = LocalBroker.start(BrokerConfig.in(data))) {
            createTopic(broker.bootstrapServers());
            send(broker.bootstrapServers(), "one");
        }
        try (LocalBroker broker = LocalBroker.start(BrokerConfig.in(data))) {
            send(broker.bootstrapServers(), "two");
            assertThat(readAll(broker.bootstrapServers(), 2)).containsExactly("one", "two");
        }
    }

    @Test
    void recordsSurviveKill() throws Exception {
        Process first = startProcess();
        String address = awaitReady(first);
        createTopic(address);
        send(address, "one");
        first.destroyForcibly().waitFor();

        Process second = startProcess();
        try {
            assertThat(readAll(awaitReady(second), 1)).containsExactly("one");
        } finally {
            second.destroyForcibly().waitFor();
        }
    }

    @Test
    void aShareGroupMayLockARecordForAnHour() throws Exception {
        try (LocalBroker broker = LocalBroker.start(BrokerConfig.in(data))) {
            createTopic(broker.bootstrapServers());
            prepareGroup(broker.bootstrapServers(), "pool");
            send(broker.bootstrapServers(), "one");
            assertThat(takeOne(broker.bootstrapServers(), "pool")).isEqualTo("one");
        }
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName(BrokerConfig.LOOPBACK))) {
            BrokerConfig config = BrokerConfig.in(data).withPort(taken.getLocalPort());
            assertThatThrownBy(() -> LocalBroker.start(config))
                    .isInstanceOf(BrokerStartException.class)
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()));
        }
    }

    private Process startProcess() throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                LocalBrokerMain.class.getName(),
                data.toString(),
                "0");
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String awaitReady(Process process) throws IOException {
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.startsWith("ready ")) {
                return line.substring("ready ".length());
            }
        }
        throw new IOException("the broker ended before it was ready");
    }

    private static void createTopic(String address) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
        }
    }

    private static void prepareGroup(String address, String group) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.GROUP, group);
        var operations = Arrays.asList(
                new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET),
                new AlterConfigOp(
                        new ConfigEntry("share.record.lock.duration.ms", "3600000"), AlterConfigOp.OpType.SET));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            admin.incrementalAlterConfigs(Map.of(resource, operations)).all().get();
        }
    }

    private static void send(String address, String value) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", address), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, value)).get();
        }
    }

    private static String takeOne(String address, String group) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", address, "group.id", group, "share.acknowledgement.mode", "explicit");
        try (var consumer = new KafkaShareConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            for (int polls = 0; polls < 60; polls++) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
                    consumer.acknowledge(record, AcknowledgeType.ACCEPT);
                    consumer.commitSync();
                    return record.value();
                }
            }
        }
        throw new AssertionError("the share group was given nothing");
    }

    private static List<String> readAll(String address, int count) {
        var partition = new TopicPartition(TOPIC, 0);
        List<String> values = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", address),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            for (int polls = 0; polls < 60 && values.size() < count; polls++) {
                consumer.poll(Duration.ofSeconds(1)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }
}
