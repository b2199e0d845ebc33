package io.darkroom.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code darkroom models}. */
@Command(
        name = "models",
        description = "Shows, imports, checks and removes models.",
        subcommands = {
            ModelsListCommand.class,
            ModelsImportCommand.class,
            ModelsVerifyCommand.class,
            ModelsRemoveCommand.class
        })
final class ModelsCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "What to do with models is missing: list, import, verify or remove.");
    }
}
