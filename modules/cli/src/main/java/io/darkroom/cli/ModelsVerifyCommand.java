package io.darkroom.cli;

import io.darkroom.cli.local.BundledModels;
import io.darkroom.cli.local.ModelCheck;
import io.darkroom.cli.local.ModelStores;
import io.darkroom.cli.local.StoredModels;
import io.darkroom.cli.terminal.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code darkroom models verify}. */
@Command(
        name = "verify",
        description = {
            "Opens model folders, reads every file and compares it with the folder's manifest;",
            "or reads the models of a store and compares them with theirs.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  darkroom models verify models/sd15-onnx tiny-emoji",
            "  darkroom models verify --store s3://models/ --s3-endpoint http://minio:9000"
        })
final class ModelsVerifyCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "FOLDER|NAME|DIGEST",
            description = {
                "Folders as `optimum-cli export onnx` writes them, or names of bundled models;",
                "with --store: digests of models, or their first eight digits or more. Default: all of the store's."
            })
    private List<String> named = List.of();

    @Mixin
    private ModelStoreOptions store;

    @Override
    public Integer call() {
        Terminal terminal =
                Terminal.of(spec.commandLine().getOut(), spec.commandLine().getErr());
        Optional<ModelStores> stores =
                named.stream().anyMatch(name -> Files.exists(Path.of(name))) ? Optional.empty() : store.open();
        if (stores.isPresent()) {
            try (ModelStores opened = stores.get()) {
                new StoredModels(opened.one(), terminal).verify(named);
            }
            return ExitCode.OK;
        }
        if (named.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "What to verify is missing: name model folders, or a store with --store.");
        }
        named.forEach(folder -> ModelCheck.verify(BundledModels.standard().resolve(folder), terminal));
        return ExitCode.OK;
    }
}
