package io.darkroom.cli;

import io.darkroom.cli.bench.RouterBench;
import io.darkroom.cli.terminal.Terminal;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code darkroom bench router}. */
@Command(
        name = "router",
        description = {
            "Measures the router with a broker and workers that compute nothing, all in this process: transitions with"
                    + " exactly-once, how long a hop takes, and both with many jobs in the system.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  darkroom bench router --waiting 1000,10000,100000,1000000",
            "  darkroom bench router --tenants 1,4000 --jobs 4000",
            "  darkroom bench router --workers 0,1000"
        })
final class RouterBenchCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private BenchCommand bench;

    @Option(
            names = "--waiting",
            paramLabel = "N",
            split = ",",
            defaultValue = "1000,10000,100000",
            description =
                    "How much waits in a pool's queue, growing; a million takes minutes. Default: ${DEFAULT-VALUE}.")
    private List<Integer> waiting;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            split = ",",
            defaultValue = "1000,10000,100000",
            description = "How many other jobs are in the system, growing. Default: ${DEFAULT-VALUE}.")
    private List<Integer> inFlight;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Jobs in each measurement. Default: ${DEFAULT-VALUE}.")
    private int jobs;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "The router's. Default: ${DEFAULT-VALUE}.")
    private int threads;

    @Option(
            names = "--tenants",
            paramLabel = "N",
            split = ",",
            description = "Instead of all that: what --jobs jobs write to changelogs, and take of CPU, when they are of"
                    + " so many tenants.")
    private List<Integer> tenants = List.of();

    @Option(
            names = "--workers",
            paramLabel = "N",
            split = ",",
            description = "Instead of all that: what the heartbeats of so many workers cost the router; 0 shows what an"
                    + " idle one takes.")
    private List<Integer> workers = List.of();

    @Option(names = "--quick", description = BenchCommand.QUICK)
    private boolean quick;

    @Override
    public Integer call() throws Exception {
        Logs.ofClient(bench.verbose());
        var measurements = new RouterBench(
                Terminal.of(spec.commandLine().getOut(), spec.commandLine().getErr()), quick);
        return tenants.isEmpty() && workers.isEmpty()
                ? measurements.run(waiting, inFlight, jobs, threads)
                : measurements.runCounts(tenants, workers, jobs);
    }
}
