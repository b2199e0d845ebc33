package io.darkroom.cli;

import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.client.Control;
import io.darkroom.cli.terminal.Terminal;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code darkroom cancel-tenant}. */
@Command(
        name = "cancel-tenant",
        description = {
            "Ends every job that a tenant has submitted so far; each of them has its result. Jobs that come"
                    + " later are not meant.",
            ""
        },
        footerHeading = "%nExample:%n",
        footer = "  darkroom cancel-tenant catalogue --reason \"wrong prices\"")
final class CancelTenantCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "TENANT", description = "Whose jobs.")
    private String tenant;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Repeated in each job's result.")
    private String reason;

    @Mixin
    private TopicOptions cluster;

    @Override
    public Integer call() {
        try (Cluster connected = cluster.connect().requireTopics()) {
            new Control(
                            connected,
                            Terminal.of(
                                    spec.commandLine().getOut(),
                                    spec.commandLine().getErr()))
                    .cancelTenant(tenant, Optional.ofNullable(reason));
            return ExitCode.OK;
        }
    }
}
