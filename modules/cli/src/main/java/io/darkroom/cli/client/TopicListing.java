package io.darkroom.cli.client;

import io.darkroom.cli.terminal.Terminal;
import io.darkroom.cli.terminal.TextTable;
import io.darkroom.contract.topic.TopicSpec;
import io.darkroom.contract.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.TopicDescription;

/** The system's topics as they are on a cluster beside what they should be. */
public final class TopicListing {
    private final Cluster cluster;

    public TopicListing(Cluster cluster) {
        this.cluster = cluster;
    }

    public void print(Terminal terminal) {
        Map<String, Integer> present = partitions(cluster.topicNames());
        var table = new TextTable("TOPIC", "PARTITIONS", "KEPT", "FOR");
        for (TopicSpec spec : expected(present.keySet())) {
            table.row(spec.name(), partitions(spec, present), kept(spec), spec.purpose());
        }
        terminal.out().print(table);
        terminal.out().flush();
    }

    /** The topics that every system has, and those of the pools that this cluster has. */
    private List<TopicSpec> expected(Set<String> present) {
        Topics topics = cluster.topics();
        List<TopicSpec> specs = new ArrayList<>(topics.system());
        String poolPrefix = topics.work("");
        present.stream()
                .filter(name -> name.startsWith(poolPrefix))
                .map(name -> topics.pool(name.substring(poolPrefix.length())))
                .forEach(specs::add);
        return specs;
    }

    private Map<String, Integer> partitions(Set<String> names) {
        List<String> own = names.stream()
                .filter(name -> name.startsWith(cluster.topics().prefix() + "."))
                .toList();
        Map<String, TopicDescription> described =
                cluster.await(cluster.admin().describeTopics(own).allTopicNames());
        Map<String, Integer> partitions = new TreeMap<>();
        described.forEach(
                (name, topic) -> partitions.put(name, topic.partitions().size()));
        return partitions;
    }

    private static String partitions(TopicSpec spec, Map<String, Integer> present) {
        Integer count = present.get(spec.name());
        return count == null ? "missing" : count.toString();
    }

    private static String kept(TopicSpec spec) {
        String retention = spec.configs().get("retention.ms");
        if (retention == null) {
            return "latest";
        }
        Duration duration = Duration.ofMillis(Long.parseLong(retention));
        return duration.toDays() > 0 ? duration.toDays() + " d" : duration.toHours() + " h";
    }
}
