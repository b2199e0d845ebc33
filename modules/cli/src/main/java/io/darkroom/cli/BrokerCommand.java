package io.darkroom.cli;

import io.darkroom.broker.BrokerConfig;
import io.darkroom.broker.LocalBroker;
import io.darkroom.cli.local.DataFolder;
import io.darkroom.cli.local.StayUp;
import io.darkroom.cli.terminal.Terminal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code darkroom broker}. */
@Command(
        name = "broker",
        description = {
            "Runs a Kafka broker of its own until Ctrl-C, with the share groups that Darkroom needs.",
            "",
            "For one machine, without authentication. In production name your cluster's brokers to"
                    + " the other commands instead.",
            ""
        },
        footerHeading = "%nExample:%n",
        footer = {"  darkroom broker --data kafka-data", "  darkroom topics create"})
final class BrokerCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Darkroom darkroom;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "darkroom-broker",
            description = "The broker's data, kept. Default: ${DEFAULT-VALUE}.")
    private Path data;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = BrokerConfig.LOOPBACK,
            description = "The interface to listen on. Default: ${DEFAULT-VALUE}, this machine only.")
    private String host;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "9092", description = "Default: ${DEFAULT-VALUE}.")
    private int port;

    @Override
    public Integer call() throws Exception {
        Logs.ofService(darkroom.verbose());
        try (DataFolder _ = DataFolder.claim(data, "darkroom broker", "--data")) {
            LocalBroker broker =
                    LocalBroker.start(BrokerConfig.in(data).withHost(host).withPort(port));
            Terminal terminal =
                    Terminal.of(spec.commandLine().getOut(), spec.commandLine().getErr());
            terminal.line("broker ready at " + broker.bootstrapServers());
            return StayUp.untilStopped(broker, StayUp.BROKER_GRACE);
        }
    }
}
