package io.darkroom.cli;

import io.darkroom.cli.simulate.Simulate;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.simulation.Safeguard;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code darkroom simulate}. */
@Command(
        name = "simulate",
        description = {
            "Looks for a history in which a promise about jobs is broken.",
            "",
            "Runs the router's decisions through many small histories with simulated brokers, workers, clocks and a"
                + " store, in which records are lost and doubled, processes killed and stopped, and clocks wrong; and"
                + " checks each: one result for each job, by its deadline, with the pictures that were asked for, of"
                + " the attempt that counts, where it says.",
            "",
            "Exits with 0 when every promise was kept. Else it tells the history that broke one, and the seed that"
                    + " repeats it.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  darkroom simulate --histories 10000",
            "  darkroom simulate --seed 4711 --histories 1",
            "This one must find a violation:",
            "  darkroom simulate --without deduplication"
        })
final class SimulateCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--histories",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many to run. Default: ${DEFAULT-VALUE}.")
    private int histories;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Of the first history; each later one has the next. Default: chosen, and printed.")
    private Long seed;

    @Option(
            names = "--without",
            paramLabel = "SAFEGUARD",
            split = ",",
            description = "Take a safeguard from the router, to see that its loss is noticed:"
                    + " deduplication, attempts or deadlines.")
    private Set<Safeguard> without = EnumSet.noneOf(Safeguard.class);

    @Override
    public Integer call() {
        if (histories < 1) {
            throw new ParameterException(spec.commandLine(), "--histories: " + histories + " must be at least 1");
        }
        return new Simulate(
                        Terminal.of(
                                spec.commandLine().getOut(), spec.commandLine().getErr()),
                        without)
                .run(seed == null ? OptionalLong.empty() : OptionalLong.of(seed), histories);
    }
}
