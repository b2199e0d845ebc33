package io.darkroom.cli.local;

import io.darkroom.cli.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The models that come with Darkroom: where they lie, and which there are. */
public record BundledModels(Path folder) {
    private static final String VARIABLE = "DARKROOM_MODELS";

    /**
     * The folder that the user named; else the one of the installation.
     *
     * @param named by a flag or by {@code DARKROOM_MODELS}
     */
    public static BundledModels locate(Optional<Path> named) {
        return new BundledModels(named.orElseGet(BundledModels::installed));
    }

    /** Those of {@code DARKROOM_MODELS}, else of the installation. */
    public static BundledModels standard() {
        return locate(variable(VARIABLE).map(Path::of));
    }

    /**
     * A model as the user named it: where it lies, or what it is called among these. A path comes first, if a model lies there.
     *
     * @throws CommandFailure naming what there is, if it is neither
     */
    public Path resolve(String given) {
        Path path = Path.of(given);
        if (ModelFolders.isModel(path)) {
            return path;
        }
        if (Files.isRegularFile(path)) {
            PickledWeights.in(path).ifPresent(fault -> {
                throw CommandFailure.usage(fault, null);
            });
        }
        Optional<Path> bundled = find(given);
        if (bundled.isEmpty() && !Files.exists(path)) {
            throw CommandFailure.infrastructure(given + " is neither a path nor one of the bundled models: " + names());
        }
        return bundled.orElse(path);
    }

    /**
     * The folders of all of them.
     *
     * @throws CommandFailure if there are none
     */
    public List<Path> all() {
        if (!Files.isDirectory(folder)) {
            throw CommandFailure.infrastructure("there are no models in "
                    + folder.toAbsolutePath().normalize()
                    + "; name a folder of models with --models or "
                    + VARIABLE);
        }
        return ModelFolders.in(List.of(folder));
    }

    /**
     * @throws CommandFailure when it is not there
     */
    public Path require(String name) {
        PickledWeights.in(Path.of(name)).ifPresent(fault -> {
            throw CommandFailure.usage(fault, null);
        });
        return find(name)
                .orElseThrow(() -> CommandFailure.infrastructure(
                        "there is no model " + name + " in " + folder + "; there are: " + names()));
    }

    public Optional<Path> find(String name) {
        return Optional.of(folder.resolve(name)).filter(ModelFolders::isModel);
    }

    private String names() {
        return String.join(
                ", ", all().stream().map(path -> path.getFileName().toString()).toList());
    }

    /** The launcher says where Darkroom lies: a checkout, or an installation. */
    private static Path installed() {
        Path home = Path.of(variable("DARKROOM_HOME").orElse("."));
        Path built = home.resolve("modules/models/target/bundled");
        return Files.isDirectory(home.resolve("modules")) ? built : home.resolve("models");
    }

    private static Optional<String> variable(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
    }
}
