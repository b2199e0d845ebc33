package io.darkroom.cli;

import io.darkroom.bench.door.DoorCost;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.cli.terminal.TextTable;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code darkroom bench door}. */
@Command(
        name = "door",
        description = {
            "Measures what it takes the router to judge a hostile record of up to 1 MiB: of each kind the most CPU"
                    + " time and the most memory, after a warm-up.",
            ""
        },
        footerHeading = "%nExample:%n",
        footer = "  darkroom bench door --records 100")
final class DoorBenchCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private BenchCommand bench;

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "30",
            description = "Records of each kind. Default: ${DEFAULT-VALUE}.")
    private int records;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Another one makes other records. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public Integer call() {
        Logs.ofClient(bench.verbose());
        TextTable table = new TextTable("RECORDS", "MOST CPU", "MOST MEMORY");
        for (DoorCost.Row row : new DoorCost().measure(records, seed)) {
            table.row(
                    row.records() + " of "
                            + row.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    "%.0f ms".formatted(row.cpuMillis()),
                    "%.1f MiB".formatted(row.mebibytes()));
        }
        Terminal terminal =
                Terminal.of(spec.commandLine().getOut(), spec.commandLine().getErr());
        terminal.out().print(table);
        terminal.out().flush();
        return ExitCode.OK;
    }
}
