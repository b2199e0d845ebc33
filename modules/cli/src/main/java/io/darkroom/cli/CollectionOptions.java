package io.darkroom.cli;

import io.darkroom.cli.generate.CollectedFiles;
import io.darkroom.cli.generate.OutputFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
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

    /** The files, by their flags. */
    Map<String, Path> named() {
        Map<String, Path> named = new LinkedHashMap<>();
        Optional.ofNullable(grid).ifPresent(file -> named.put("--grid", file));
        Optional.ofNullable(animation).ifPresent(file -> named.put("--animation", file));
        return named;
    }

    /** What cannot be meant; empty when all is well. */
    Optional<String> fault(OutputFiles out) {
        if (columns != null && grid == null) {
            return Optional.of("--grid-cols says how a sheet is laid out, so it needs --grid");
        }
        if (duration != null && animation == null) {
            return Optional.of("--duration says how long a GIF shows each picture, so it needs --animation");
        }
        if (animation != null && !animation.toString().endsWith(".gif")) {
            return Optional.of("--animation: " + animation + " must end in .gif");
        }
        if (grid != null && !OutputFiles.format(grid).equals(out.format())) {
            return Optional.of("--grid: " + grid + " must end as --out does, whose format it has");
        }
        List<Path> files =
                Stream.of(out.out(), grid, animation).filter(Objects::nonNull).toList();
        if (files.stream()
                        .map(Path::toAbsolutePath)
                        .map(Path::normalize)
                        .distinct()
                        .count()
                < files.size()) {
            return Optional.of("--out, --grid and --animation must name different files");
        }
        return Optional.empty();
    }
}
