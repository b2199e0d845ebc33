package io.darkroom.cli;

import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.client.Watch;
import io.darkroom.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code darkroom watch}. */
@Command(
        name = "watch",
        description = {"Shows a job's stages while they run, and its result, which may be there already.", ""},
        footerHeading = "%nExample:%n",
        footer = "  darkroom watch order-1117 --tenant catalogue")
final class WatchCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private JobOptions job;

    @Mixin
    private TopicOptions cluster;

    @Override
    public Integer call() {
        try (Cluster connected = cluster.connect().requireTopics()) {
            return new Watch(
                            connected,
                            Terminal.of(
                                    spec.commandLine().getOut(),
                                    spec.commandLine().getErr()))
                    .run(job.tenant(), job.id());
        }
    }
}
