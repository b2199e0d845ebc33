package io.darkroom.testkit;

import io.darkroom.contract.topic.TopicSpec;
import io.darkroom.contract.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.NewTopic;

/** The topics of a whole system of its own, for one test. */
public final class SystemTopics {

    private static final int PARTITIONS = 2;

    private SystemTopics() {}

    /**
     * Makes every topic of a system whose prefix no other test has.
     *
     * @param pools the pools that get a topic for their work
     */
    public static Topics create(TestBroker broker, TestClients clients, String... pools) {
        var topics = new Topics(broker.unique("test"), PARTITIONS);
        List<TopicSpec> specs = new ArrayList<>(topics.system());
        for (String pool : pools) {
            specs.add(topics.pool(pool));
        }
        clients.createTopics(specs.stream()
                .map(spec -> new NewTopic(spec.name(), spec.partitions(), (short) 1).configs(spec.configs()))
                .toList());
        return topics;
    }
}
