package io.darkroom.cli;

import io.darkroom.cli.local.DataFolder;
import io.darkroom.cli.local.Up;
import io.darkroom.cli.terminal.Terminal;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code darkroom up}. */
@Command(
        name = "up",
        description = {
            "Runs a broker, a router, a worker and a file store in this process until Ctrl-C.",
            "",
            "Data are kept, so that a second start goes on where the first ended.",
            ""
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  darkroom up --data /tmp/darkroom",
            "Then, in another shell:",
            "  darkroom generate --bootstrap-server localhost:9092 --output-uri file:///tmp/darkroom/store/pictures/"
                    + " \\",
            "      --model tiny-emoji --prompt \"a red fox on a blue background\" --out fox.png"
        })
final class UpCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Darkroom darkroom;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "darkroom-data",
            description = "Where the broker's data, the file store and the log lie. Default: ${DEFAULT-VALUE}.")
    private Path data;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "9092",
            description = "The broker's port on this machine. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--models",
            paramLabel = "DIR",
            defaultValue = "${env:DARKROOM_MODELS}",
            description = "A folder of models to serve. Default: $DARKROOM_MODELS, else the bundled ones.")
    private Path models;

    @Mixin
    private DeviceOptions device;

    @Override
    public Integer call() throws Exception {
        try (DataFolder _ = DataFolder.claim(data, "darkroom up", "--data")) {
            Logs.ofWholeSystem(data.resolve("darkroom.log"), darkroom.verbose());
            Terminal terminal =
                    Terminal.of(spec.commandLine().getOut(), spec.commandLine().getErr());
            return new Up(terminal, data, port, Optional.ofNullable(models), device.slots(), device.device()).run();
        }
    }
}
