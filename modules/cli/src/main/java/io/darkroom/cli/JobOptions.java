package io.darkroom.cli;

import io.darkroom.contract.request.Envelope;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which job a command is about. */
final class JobOptions {
    @Parameters(paramLabel = "ID", description = "The job's id.")
    private String id;

    @Option(
            names = "--tenant",
            paramLabel = "NAME",
            defaultValue = Envelope.DEFAULT_TENANT,
            description = "Whose job it is. Default: ${DEFAULT-VALUE}.")
    private String tenant;

    String id() {
        return id;
    }

    String tenant() {
        return tenant;
    }
}
