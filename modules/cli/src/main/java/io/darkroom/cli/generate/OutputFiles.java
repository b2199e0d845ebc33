package io.darkroom.cli.generate;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Where {@code --out} puts pictures, and in which format. */
public record OutputFiles(Path out) {

    /** {@code png} or {@code jpeg} by the name's ending; empty for any other ending. */
    public Optional<String> format() {
        String name = out.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".png")) {
            return Optional.of("png");
        }
        return name.endsWith(".jpg") || name.endsWith(".jpeg") ? Optional.of("jpeg") : Optional.empty();
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
