package io.darkroom.cli;

import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.client.TopicCreation;
import io.darkroom.cli.terminal.Terminal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code darkroom topics create}. */
@Command(
        name = "create",
        description = {
            "Makes what is missing of the system's topics, with the right partitions and settings,"
                    + " and sets up the pools' share groups. Harmless when all is there.",
            ""
        },
        footerHeading = "%nExample:%n",
        footer = "  darkroom topics create --replication-factor 3 --pool large --pool small")
final class TopicsCreateCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "4",
            description = "Of the topics that are keyed by job; cannot be changed later. Default: ${DEFAULT-VALUE}.")
    private int partitions;

    @Option(
            names = "--replication-factor",
            paramLabel = "N",
            description = "Replicas of each topic. Default: the brokers'.")
    private Short replication;

    @Option(
            names = "--pool",
            paramLabel = "NAME",
            description = "Make this pool's topic, too; may be given several times. `models import` does it by itself.")
    private List<String> pools = List.of();

    @Mixin
    private TopicOptions cluster;

    @Override
    public Integer call() {
        try (Cluster connected = Cluster.connect(cluster.settings(), cluster.topics(partitions))) {
            new TopicCreation(connected, Optional.ofNullable(replication))
                    .run(
                            pools,
                            Terminal.of(
                                    spec.commandLine().getOut(),
                                    spec.commandLine().getErr()));
            return ExitCode.OK;
        }
    }
}
