package io.darkroom.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.topic.TopicSpec;
import io.darkroom.contract.topic.Topics;
import io.darkroom.contract.uri.UriPolicy;
import io.darkroom.router.dispatch.DispatchLimits;
import io.darkroom.router.ingress.TenantGrants;
import io.darkroom.router.job.JobLimits;
import io.darkroom.router.presence.Presence;
import io.darkroom.router.streams.RouterTopology;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import io.darkroom.testkit.TestClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.streams.TopologyDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** docs/operating.md says of every topic and store how long it keeps what; this is how it stays true. */
@ExtendWith(BrokerExtension.class)
class RetentionTest {
    private static final Path DOCUMENT = Path.of("../../docs/operating.md");
    private static final Pattern TOPIC =
            Pattern.compile("^\\| `(darkroom\\.[^`]+)` \\| (\\S+) \\| ([^|]+) \\|", Pattern.MULTILINE);
    private static final Pattern STORE = Pattern.compile("^\\| `([a-z][a-z-]+)` \\| ", Pattern.MULTILINE);

    @Test
    void theTableOfTopicsIsWhatTopicsSays() throws IOException {
        List<TopicSpec> all = new ArrayList<>(Topics.standard().system());
        all.add(Topics.standard().pool("<pool>"));

        assertThat(rows(TOPIC))
                .extracting(row -> String.join(" ", row.group(1), row.group(2), row.group(3)))
                .containsExactlyInAnyOrderElementsOf(all.stream()
                        .map(topic ->
                                String.join(" ", topic.name(), topic.configs().get("cleanup.policy"), retention(topic)))
                        .toList());
    }

    @Test
    void theTableOfStoresNamesThoseThatTheRouterHas() throws IOException {
        TopologyDescription topology = RouterTopology.of(
                        Topics.standard(),
                        UriPolicy.sameForAll(List.of()),
                        TenantGrants.EVERYTHING,
                        JobLimits.DEFAULT,
                        DispatchLimits.DEFAULT,
                        Presence.NONE)
                .describe();
        Set<String> stores = new TreeSet<>();
        topology.subtopologies()
                .forEach(part -> part.nodes().forEach(node -> {
                    if (node instanceof TopologyDescription.Processor processor) {
                        stores.addAll(processor.stores());
                    }
                }));
        topology.globalStores()
                .forEach(global -> stores.addAll(global.processor().stores()));

        assertThat(rows(STORE)).extracting(row -> row.group(1)).containsExactlyInAnyOrderElementsOf(stores);
    }

    @Test
    void topicsAreMadeAsTheyAreSpecified(TestBroker broker) throws Exception {
        try (TestClients clients = broker.clients()) {
            var topics = new Topics(broker.unique("retention"), 2);
            new TopicSetup(clients.admin(), topics, Optional.empty()).ensureSystem();
            for (TopicSpec topic : topics.system()) {
                var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
                Config made = clients.admin()
                        .describeConfigs(List.of(resource))
                        .all()
                        .get()
                        .get(resource);
                topic.configs()
                        .forEach((name, value) -> assertThat(made.get(name).value())
                                .as(topic.name() + " " + name)
                                .isEqualTo(value));
            }
        }
    }

    private static List<MatchResult> rows(Pattern pattern) throws IOException {
        return pattern.matcher(Files.readString(DOCUMENT)).results().toList();
    }

    private static String retention(TopicSpec topic) {
        String millis = topic.configs().get("retention.ms");
        if (millis == null) {
            return "for ever";
        }
        Duration time = Duration.ofMillis(Long.parseLong(millis));
        return time.toDays() > 0 ? time.toDays() + " d" : time.toHours() + " h";
    }
}
