package io.darkroom.cli;

import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.client.Control;
import io.darkroom.cli.terminal.Terminal;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code darkroom reprioritise}. */
@Command(
        name = "reprioritise",
        description = {"Gives what still waits of a job another priority; what a worker holds already goes on.", ""},
        footerHeading = "%nExample:%n",
        footer = "  darkroom reprioritise order-1117 --priority interactive")
final class ReprioritiseCommand implements Callable<Integer> {

    /** As the request has them. */
    enum Choice {
        INTERACTIVE,
        STANDARD,
        BULK;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private JobOptions job;

    @Option(
            names = "--priority",
            paramLabel = "NAME",
            required = true,
            description = "One of ${COMPLETION-CANDIDATES}.")
    private Choice priority;

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
                    .reprioritise(job.tenant(), job.id(), priority.toString());
        }
    }
}
