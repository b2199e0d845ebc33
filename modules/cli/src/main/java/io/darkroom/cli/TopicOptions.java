package io.darkroom.cli;

import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.client.ClusterSettings;
import io.darkroom.contract.topic.Topics;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which system on which cluster a command talks to. */
final class TopicOptions {
    private static final int PARTITIONS = 4;

    @Mixin
    private ConnectionOptions connection;

    @Option(
            names = "--topic-prefix",
            paramLabel = "PREFIX",
            defaultValue = "${env:DARKROOM_TOPIC_PREFIX:-darkroom}",
            description = "What every topic's name starts with. Default: darkroom.")
    private String prefix;

    ClusterSettings settings() {
        return ClusterSettings.of(connection.bootstrapServers(), connection.commandConfig());
    }

    Topics topics() {
        return topics(PARTITIONS);
    }

    Topics topics(int partitions) {
        return new Topics(prefix, partitions);
    }

    Cluster connect() {
        return Cluster.connect(settings(), topics());
    }
}
