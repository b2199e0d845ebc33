package io.darkroom.cli;

import io.darkroom.artifacts.ObjectStores;
import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.sweep.ArtifactSweep;
import io.darkroom.cli.terminal.Terminal;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code darkroom artifacts}. */
@Command(
        name = "artifacts",
        description = {"Looks after what workers wrote.", ""})
final class ArtifactsCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "What to do with artifacts is missing: sweep.");
    }

    @Command(
            name = "sweep",
            description = {
                "Removes files of jobs that have their result which no result points to: those of superseded attempts,"
                    + " latents that were handed on, and what failed jobs left. Files of live jobs, of jobs that the"
                    + " topics no longer know (after seven days), and all that no attempt wrote are left alone.",
                ""
            })
    int sweep(
            @Parameters(
                            paramLabel = "PREFIX",
                            arity = "1..*",
                            description =
                                    "Where to look, with a slash at its end: prefixes of jobs' outputs, and workers'"
                                            + " --handover-uri.")
                    List<URI> prefixes,
            @Option(
                            names = "--tenant",
                            paramLabel = "NAME",
                            description = "Only this tenant's files. Default: everyone's.")
                    String tenant,
            @Option(
                            names = "--grace",
                            paramLabel = "DURATION",
                            defaultValue = "PT1H",
                            description = "Leave alone what is younger, and jobs that ended since. Default:"
                                    + " ${DEFAULT-VALUE}.")
                    Duration grace,
            @Option(
                            names = "--kept",
                            paramLabel = "DURATION",
                            defaultValue = "P8D",
                            description = "How long what stages keep (`keep`) is left; longer than the router's --kept."
                                    + " Default: ${DEFAULT-VALUE}.")
                    Duration kept,
            @Option(names = "--dry-run", description = "Count what would go, and remove nothing.") boolean dryRun,
            @Mixin StoreOptions store,
            @Mixin TopicOptions cluster) {
        if (grace.isNegative()) {
            throw new ParameterException(spec.commandLine(), "--grace: " + grace + " must not be negative");
        }
        try (ObjectStores stores = store.settings().open();
                Cluster connected = cluster.connect().requireTopics()) {
            return new ArtifactSweep(
                            connected,
                            stores,
                            Terminal.of(
                                    spec.commandLine().getOut(),
                                    spec.commandLine().getErr()))
                    .run(prefixes, grace, kept, Optional.ofNullable(tenant), dryRun);
        }
    }
}
