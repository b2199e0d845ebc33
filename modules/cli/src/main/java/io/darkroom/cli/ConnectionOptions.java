package io.darkroom.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which Kafka cluster a command talks to. */
final class ConnectionOptions {

    @Option(
            names = "--bootstrap-server",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:DARKROOM_BOOTSTRAP_SERVERS:-localhost:9092}",
            description = "A broker of the Kafka cluster; several with commas. Default:"
                    + " $DARKROOM_BOOTSTRAP_SERVERS, else localhost:9092.")
    private String bootstrapServers;

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            description = "A properties file with further settings of the Kafka clients, such as"
                    + " security.protocol and sasl.jaas.config.")
    private Path commandConfig;

    String bootstrapServers() {
        return bootstrapServers;
    }

    Optional<Path> commandConfig() {
        return Optional.ofNullable(commandConfig);
    }
}
