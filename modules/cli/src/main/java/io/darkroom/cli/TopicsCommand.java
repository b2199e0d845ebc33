package io.darkroom.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code darkroom topics}. */
@Command(
        name = "topics",
        description = "Makes and shows the topics that the system is built on.",
        subcommands = {TopicsCreateCommand.class, TopicsListCommand.class})
final class TopicsCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "What to do with topics is missing: create or list.");
    }
}
