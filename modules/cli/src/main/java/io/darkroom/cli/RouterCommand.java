package io.darkroom.cli;

import io.darkroom.cli.local.DataFolder;
import io.darkroom.cli.local.RouterProcess;
import io.darkroom.cli.local.StateFolder;
import io.darkroom.cli.terminal.Terminal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code darkroom router}. */
@Command(
        name = "router",
        description = {
            "Runs a router until Ctrl-C: it admits jobs, plans and releases their work, and"
                    + " publishes their results. Several share the work.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  darkroom router --allow s3://renders/ --allow s3://uploads/",
            "  darkroom router --allow file:///srv/darkroom/ --state-dir /var/lib/darkroom/router"
        })
final class RouterCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Darkroom darkroom;

    @Option(
            names = "--allow",
            paramLabel = "PREFIX",
            split = ",",
            defaultValue = "${env:DARKROOM_ALLOWED_PREFIXES}",
            description = "A URI prefix, ending with a slash, that jobs may read and write under; may be"
                    + " given several times. Default: $DARKROOM_ALLOWED_PREFIXES, with"
                    + " commas; without it no URI is allowed.")
    private List<String> allowed;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "Instead of --allow, prefixes by tenant: {\"inputs\": {\"*\": [\"s3://in/\"]},"
                    + " \"outputs\": {\"shop\": [\"s3://out/shop/\"]}}.")
    private Path policy;

    @Option(
            names = "--tenants",
            paramLabel = "FILE",
            description = "What tenants may have of each pool: {\"shop\": {\"weight\": 3}, \"*\": {\"weight\": 1,"
                + " \"max_in_flight\": 8, \"max_queued\": 10000, \"max_pixels_in_flight\": 8000000,"
                + " \"max_pixels_queued\": 100000000}}. Work beyond what may be in flight waits, a job beyond what may"
                + " be queued is rejected. One job is held to max_job_cost (100000 megapixel evaluations) and"
                + " max_job_pixels (1073741824), and may be as urgent as highest_priority says (standard). Tenants"
                + " that it does not name are refused, unless \"*\" is there. Default: all share alike, and every"
                + " priority is granted.")
    private Path tenants;

    @Mixin
    private PoolOptions pools;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "Local state; if lost, it is restored from the topics. Default: darkroom/router below"
                    + " $XDG_STATE_HOME, else below ~/.local/state.")
    private Path stateDir;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "4",
            description = "As the topics were created with. Default: ${DEFAULT-VALUE}.")
    private int partitions;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Streams threads. Default: ${DEFAULT-VALUE}.")
    private int threads;

    @Option(
            names = "--commit-interval-ms",
            paramLabel = "MS",
            defaultValue = "10",
            description = "How often transactions commit, and so how long each hop of a job waits at"
                    + " most. Default: ${DEFAULT-VALUE}.")
    private int commitIntervalMs;

    @Mixin
    private TimeOptions times;

    @Mixin
    private TopicOptions cluster;

    @Override
    public Integer call() throws Exception {
        Logs.ofService(darkroom.verbose());
        Path state = Optional.ofNullable(stateDir)
                .orElseGet(() -> StateFolder.of(System.getenv()).resolve("router"));
        var process = new RouterProcess(
                cluster.settings(),
                cluster.topics(partitions),
                RouterProcess.policy(
                        Optional.ofNullable(policy),
                        Optional.ofNullable(allowed).orElse(List.of())),
                times.limits(spec),
                RouterProcess.grants(Optional.ofNullable(tenants)),
                pools.limits(spec, RouterProcess.shares(Optional.ofNullable(tenants))),
                state,
                threads,
                commitIntervalMs);
        try (DataFolder _ = DataFolder.claim(state, "darkroom router", "--state-dir")) {
            return process.run(
                    Terminal.of(spec.commandLine().getOut(), spec.commandLine().getErr()));
        }
    }
}
