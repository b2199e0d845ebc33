package io.darkroom.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.contract.topic.TopicSpec;
import io.darkroom.contract.topic.Topics;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BrokerExtension.class)
class TopicSetupTest {
    @Test
    void aTopicOfClientsThatKeepsRecordsCompressedIsRefusedUntilItIsChanged(TestBroker broker) throws Exception {
        Topics topics = new Topics(broker.unique("former"), 1);
        try (var clients = broker.clients()) {
            // As versions before this one made them.
            List<NewTopic> former = topics.system().stream()
                    .map(spec -> new NewTopic(spec.name(), spec.partitions(), (short) 1))
                    .toList();
            clients.admin().createTopics(former).all().get();
            TopicSetup setup = new TopicSetup(clients.admin(), topics, Optional.empty());

            assertThatThrownBy(setup::requireUnpacked)
                    .isInstanceOf(TopicSetupException.class)
                    .hasMessageContaining(topics.requests())
                    .hasMessageContaining("darkroom topics create");

            assertThat(setup.ensureSystem().changed())
                    .extracting(TopicSpec::name)
                    .containsExactlyInAnyOrder(
                            topics.requests(),
                            topics.interactiveRequests(),
                            topics.control(),
                            topics.models(),
                            topics.workEvents(),
                            topics.heartbeats(),
                            topics.workerControl());
            setup.requireUnpacked();
            assertThat(setup.ensureSystem().changed()).isEmpty();
        }
    }
}
