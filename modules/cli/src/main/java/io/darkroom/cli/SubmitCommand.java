package io.darkroom.cli;

import io.darkroom.cli.client.Submission;
import io.darkroom.cli.terminal.Terminal;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code darkroom submit}. */
@Command(
        name = "submit",
        description = {"Puts a job on the topic of requests, as it is: the router judges it.", ""},
        footerHeading = "%nExamples:%n",
        footer = {"  darkroom submit job.json --wait", "  jq '.id = \"order-2\"' job.json | darkroom submit -"})
final class SubmitCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "JOB.json", description = "The request; - reads standard input.")
    private String file;

    @Option(names = "--wait", description = "Show the stages' progress, wait for the result and print it.")
    private boolean wait;

    @Option(names = "--interactive", description = "Use the topic of jobs that do not wait behind bulk.")
    private boolean interactive;

    @Option(names = "--id", paramLabel = "ID", description = "Submit it under this id instead of the document's own.")
    private String id;

    @Mixin
    private TopicOptions cluster;

    @Override
    public Integer call() {
        return new Submission(
                        cluster::connect,
                        Terminal.of(
                                spec.commandLine().getOut(), spec.commandLine().getErr()),
                        interactive)
                .run(JobFile.read(file), Optional.ofNullable(id), wait);
    }
}
