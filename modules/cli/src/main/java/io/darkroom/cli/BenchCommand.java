package io.darkroom.cli;

import io.darkroom.cli.bench.Bench;
import io.darkroom.cli.terminal.Terminal;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code darkroom bench}. */
@Command(
        name = "bench",
        description = {
            "Measures this machine: what the system costs beside what it computes.",
            "",
            "Prints one table of medians and spreads. Both sides of every ratio are measured in the"
                    + " same run, in turns.",
            ""
        },
        footerHeading = "%nExample:%n",
        footer = "  darkroom bench --runs 30",
        subcommands = {BenchMemoryCommand.class, RouterBenchCommand.class, DoorBenchCommand.class})
final class BenchCommand implements Callable<Integer> {

    static final String QUICK =
            "Everything once, little of it and cold: shows that the benchmark runs; its figures say nothing.";

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Darkroom darkroom;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "20",
            description = "Measurements of each kind. Default: ${DEFAULT-VALUE}.")
    private int runs;

    @Option(
            names = "--models",
            paramLabel = "DIR",
            defaultValue = "${env:DARKROOM_MODELS}",
            description = "Where tiny-emoji and tiny-x2-latent lie. Default: $DARKROOM_MODELS, else the bundled ones.")
    private Path models;

    @Option(names = "--quick", description = QUICK)
    private boolean quick;

    boolean verbose() {
        return darkroom.verbose();
    }

    @Override
    public Integer call() throws Exception {
        Logs.ofClient(darkroom.verbose());
        Terminal terminal =
                Terminal.of(spec.commandLine().getOut(), spec.commandLine().getErr());
        return new Bench(terminal, Optional.ofNullable(models), quick ? 1 : runs, quick).run();
    }
}
