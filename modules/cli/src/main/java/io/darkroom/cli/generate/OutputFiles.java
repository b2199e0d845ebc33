package io.darkroom.cli.generate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** Where {@code --out} puts pictures, and in which format. */
public record OutputFiles(Path out) {

    /** {@code png} or {@code jpeg} by the name's ending; empty for any other ending. */
    public Optional<String> format() {
        return format(out);
    }

    /** The same of any file. */
    public static Optional<String> format(Path file) {
        String name = Objects.toString(file.getFileName(), "").toLowerCase(Locale.ROOT);
        if (name.endsWith(".png")) {
            return Optional.of("png");
        }
        return name.endsWith(".jpg") || name.endsWith(".jpeg") ? Optional.of("jpeg") : Optional.empty();
    }

    /** Why nothing can be written to a file; empty if it can, as far as can be told without writing. */
    public static Optional<String> fault(Path file) {
        if (Files.isDirectory(file)) {
            return Optional.of(file + " is a folder; name a file, as in " + file.resolve("fox.png"));
        }
        if (Files.exists(file)) {
            return Files.isWritable(file) ? Optional.empty() : Optional.of(file + " may not be written");
        }
        Path folder = file.toAbsolutePath().normalize().getParent();
        while (!Files.exists(folder)) {
            folder = folder.getParent();
        }
        if (!Files.isDirectory(folder)) {
            return Optional.of(file + " cannot be written, for " + folder + " is not a folder");
        }
        return Files.isWritable(folder)
                ? Optional.empty()
                : Optional.of(file + " cannot be written, for " + folder + " is not writable");
    }

    /** {@code fox.png} for one picture; {@code fox-0.png}, {@code fox-1.png} for several. */
    public Path file(int index, int count) {
        if (count == 1) {
            return out;
        }
        String name = out.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return out.resolveSibling(name.substring(0, dot) + "-" + index + name.substring(dot));
    }
}
