package io.darkroom.cli.client;

import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.topic.TopicSpec;
import io.darkroom.router.TopicSetup;
import io.darkroom.router.TopicSetupException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the system's topics and says which were missing. */
public final class TopicCreation {
    private final TopicSetup setup;

    public TopicCreation(Cluster cluster, Optional<Short> replication) {
        this.setup = new TopicSetup(cluster.admin(), cluster.topics(), replication);
    }

    public void run(List<String> pools, Terminal terminal) {
        List<TopicSetup.Made> made = new ArrayList<>();
        try {
            made.add(setup.ensureSystem());
            pools.forEach(pool -> made.add(setup.ensurePool(pool)));
        } catch (TopicSetupException e) {
            throw CommandFailure.infrastructure(e.getMessage(), e);
        }
        for (TopicSetup.Made some : made) {
            some.created().forEach(topic -> terminal.line(line("created", topic)));
            some.existing()
                    .forEach(topic -> terminal.line(line(some.changed().contains(topic) ? "changed" : "there", topic)
                            + (some.changed().contains(topic) ? ", keeps records without compression now" : "")));
        }
    }

    private static String line(String what, TopicSpec topic) {
        return String.format(
                "%-8s %s, %d partition%s", what, topic.name(), topic.partitions(), topic.partitions() == 1 ? "" : "s");
    }
}
