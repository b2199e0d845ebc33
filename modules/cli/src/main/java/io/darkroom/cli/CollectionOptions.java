package io.darkroom.cli;

import io.darkroom.cli.generate.CollectedFiles;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What is made of several pictures together. */
final class CollectionOptions {
    @Option(
            names = "--grid",
            paramLabel = "SHEET.png",
            description = "All pictures on one sheet as well, in the format of --out.")
    private Path grid;

    @Option(names = "--grid-cols", paramLabel = "N", description = "With --grid: pictures in a row. Default: all.")
    private Integer columns;

    @Option(
            names = "--animation",
            paramLabel = "FILM.gif",
            description = "All pictures one after the other as well, as a GIF.")
    private Path animation;

    @Option(
            names = "--duration",
            paramLabel = "MS",
            description = "With --animation: how long each picture is shown. Default: 100.")
    private Integer duration;

    CollectedFiles files() {
        return new CollectedFiles(
                Optional.ofNullable(grid),
                Optional.ofNullable(columns),
                Optional.ofNullable(animation),
                Optional.ofNullable(duration));
    }

    /** What cannot be meant; empty when all is well. */
    Optional<String> fault() {
        if (columns != null && grid == null) {
            return Optional.of("--grid-cols says how a sheet is laid out, so it needs --grid");
        }
        if (duration != null && animation == null) {
            return Optional.of("--duration says how long a GIF shows each picture, so it needs --animation");
        }
        return animation != null && !animation.toString().endsWith(".gif")
                ? Optional.of("--animation: " + animation + " must end in .gif")
                : Optional.empty();
    }
}
