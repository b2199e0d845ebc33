package io.darkroom.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** What a command line said and how it ended. */
record CliRun(int exitCode, String out, String err) {

    static CliRun of(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        CommandLine commandLine = Darkroom.commandLine();
        commandLine.setOut(new PrintWriter(out));
        commandLine.setErr(new PrintWriter(err));
        int exitCode = commandLine.execute(arguments);
        return new CliRun(exitCode, out.toString(), err.toString());
    }
}
