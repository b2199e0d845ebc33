package io.darkroom.cli.client;

import io.darkroom.cli.ExitCode;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.result.JobResult;

/** A job's result for people and scripts. */
public final class Results {
    private Results() {}

    /**
     * Prints the record as JSON.
     *
     * @return the command's exit code
     */
    public static int print(Terminal terminal, JobResult result) {
        terminal.line(Json.pretty(result));
        return exitCode(result);
    }

    public static int exitCode(JobResult result) {
        return result.status() == JobResult.Status.SUCCEEDED ? ExitCode.OK : ExitCode.JOB_FAILED;
    }
}
