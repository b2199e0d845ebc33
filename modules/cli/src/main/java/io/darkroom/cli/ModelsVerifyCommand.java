package io.darkroom.cli;

import io.darkroom.cli.local.ModelCheck;
import io.darkroom.cli.terminal.Terminal;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code darkroom models verify}. */
@Command(
        name = "verify",
        description = {"Opens model folders, reads every file and compares it with the folder's manifest.", ""},
        footerHeading = "%nExample:%n",
        footer = "  darkroom models verify models/tiny-emoji")
final class ModelsVerifyCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "FOLDER",
            description = "Folders as `optimum-cli export onnx` writes them.")
    private List<Path> folders;

    @Override
    public Integer call() {
        Terminal terminal = Terminal.of(spec.commandLine().getOut());
        folders.forEach(folder -> ModelCheck.verify(folder, terminal));
        return ExitCode.OK;
    }
}
