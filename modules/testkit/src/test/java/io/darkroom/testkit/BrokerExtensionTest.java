package io.darkroom.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BrokerExtension.class)
class BrokerExtensionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void twoTestsOfOneRunShareABroker(TestBroker first, TestBroker second) {
        assertThat(first).isSameAs(second);
    }

    @Test
    void aReaderFindsARecordThatWasSentBeforeIt(TestBroker broker) {
        String topic = broker.unique("letters");
        try (TestClients clients = broker.clients()) {
            clients.createTopic(topic, 2);
            clients.send(topic, "a", "alpha".getBytes(UTF_8));
            clients.send(topic, "b", "beta".getBytes(UTF_8));
            TopicReader reader = clients.reader(topic);
            assertThat(reader.await(record -> record.key().equals("b"), PATIENCE)
                            .value())
                    .isEqualTo("beta".getBytes(UTF_8));
            assertThat(reader.readToEnd()).hasSize(2);
        }
    }

    @Test
    void aReaderSeesNothingOfAnAbortedTransaction(TestBroker broker) {
        String topic = broker.unique("letters");
        try (TestClients clients = broker.clients()) {
            clients.createTopic(topic, 1);
            abort(broker, topic);
            clients.send(topic, "kept", new byte[0]);
            TopicReader reader = clients.reader(topic);
            reader.await(record -> record.key().equals("kept"), PATIENCE);
            assertThat(reader.seen()).extracting("key").containsExactly("kept");
        }
    }

    @Test
    void aRecordThatDoesNotComeIsAnErrorThatNamesWhatDid(TestBroker broker) {
        String topic = broker.unique("letters");
        try (TestClients clients = broker.clients()) {
            clients.createTopic(topic, 1);
            clients.send(topic, "a", new byte[0]);
            TopicReader reader = clients.reader(topic);
            reader.readToEnd();
            assertThatThrownBy(() -> reader.await(record -> record.key().equals("z"), Duration.ofMillis(1)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining(topic + "[a]");
        }
    }

    private static void abort(TestBroker broker, String topic) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", broker.unique("writer"));
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, "dropped", new byte[0]));
            producer.flush();
            producer.abortTransaction();
        }
    }
}
