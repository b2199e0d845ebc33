package io.darkroom.cli.local;

import io.darkroom.cli.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The models that come with Darkroom: where they lie, and which there are. */
public record BundledModels(Path folder) {

    /**
     * The folder that the user named; else the one of the installation.
     *
     * @param named by a flag or by {@code DARKROOM_MODELS}
     */
    public static BundledModels locate(Optional<Path> named) {
        return new BundledModels(named.orElseGet(BundledModels::installed));
    }

    /** The folders of all of them. */
    public List<Path> all() {
        return ModelFolders.in(List.of(folder));
    }

    /**
     * @throws CommandFailure when it is not there
     */
    public Path require(String name) {
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

    /** The launcher says where Darkroom lies. */
    private static Path installed() {
        Path home = Path.of(Optional.ofNullable(System.getenv("DARKROOM_HOME")).orElse("."));
        return Stream.of(home.resolve("modules/models/target/bundled"), home.resolve("models"))
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow(() -> CommandFailure.infrastructure("the bundled models are not in "
                        + home.toAbsolutePath().normalize()
                        + "; name a folder of models with --models or DARKROOM_MODELS"));
    }
}
