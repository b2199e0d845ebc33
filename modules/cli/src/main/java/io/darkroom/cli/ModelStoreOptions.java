package io.darkroom.cli;

import io.darkroom.cli.local.ModelStores;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The store of models that a command works on. */
final class ModelStoreOptions {

    @Option(
            names = "--store",
            paramLabel = "URI|DIR",
            defaultValue = "${env:DARKROOM_MODEL_STORE}",
            description =
                    "A store of models: a prefix as in s3://models/, or a folder. Default: $DARKROOM_MODEL_STORE.")
    private String store;

    @Mixin
    private S3Options s3;

    /** The one store, empty if none is named. */
    Optional<ModelStores> open() {
        return Optional.ofNullable(store).map(named -> ModelStores.open(List.of(named), s3.settings()));
    }
}
