package io.darkroom.cli;

import io.darkroom.artifacts.model.ModelCache;
import io.darkroom.cli.local.ByteSize;
import io.darkroom.cli.local.StateFolder;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a worker keeps the models that it pulls. */
final class ModelCacheOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--model-cache",
            paramLabel = "DIR",
            defaultValue = "${env:DARKROOM_MODEL_CACHE}",
            description = "Where pulled models are kept; workers of one machine share it. Default:"
                    + " $DARKROOM_MODEL_CACHE, else darkroom/models in the user's cache folder.")
    private Path folder;

    private long bytes;

    @Option(
            names = "--model-cache-size",
            paramLabel = "SIZE",
            defaultValue = "${env:DARKROOM_MODEL_CACHE_SIZE:-100GiB}",
            description = "How much it may hold, as in 50GiB; the model that nobody has used for longest goes first."
                    + " Default: $DARKROOM_MODEL_CACHE_SIZE, else 100GiB.")
    void setSize(String text) {
        bytes = ByteSize.parse(text)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "--model-cache-size: " + text + " is no size, as in 50GiB"));
    }

    ModelCache cache() {
        return new ModelCache(
                Optional.ofNullable(folder)
                        .orElseGet(() -> StateFolder.ofCaches(System.getenv(), "--model-cache")
                                .resolve("models")),
                bytes,
                Clock.systemUTC());
    }
}
