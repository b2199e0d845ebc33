package io.darkroom.cli;

import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.client.Control;
import io.darkroom.cli.terminal.Terminal;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code darkroom cancel}. */
@Command(
        name = "cancel",
        description = {"Ends a job that was submitted before, and says what came of it.", ""},
        footerHeading = "%nExample:%n",
        footer = "  darkroom cancel order-1117 --tenant catalogue --reason \"sold out\"")
final class CancelCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private JobOptions job;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Repeated in the job's result.")
    private String reason;

    @Mixin
    private TopicOptions cluster;

    @Override
    public Integer call() {
        try (Cluster connected = cluster.connect().requireTopics()) {
            return new Control(
                            connected,
                            Terminal.of(
                                    spec.commandLine().getOut(),
                                    spec.commandLine().getErr()))
                    .cancel(job.tenant(), job.id(), Optional.ofNullable(reason));
        }
    }
}
