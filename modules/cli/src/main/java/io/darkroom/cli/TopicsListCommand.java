package io.darkroom.cli;

import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.client.TopicListing;
import io.darkroom.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code darkroom topics list}. */
@Command(
        name = "list",
        description = {"Shows each topic of the system, what it is for, and whether the cluster has it.", ""})
final class TopicsListCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private TopicOptions cluster;

    @Override
    public Integer call() {
        try (Cluster connected = cluster.connect()) {
            new TopicListing(connected)
                    .print(Terminal.of(
                            spec.commandLine().getOut(), spec.commandLine().getErr()));
            return ExitCode.OK;
        }
    }
}
