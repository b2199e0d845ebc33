package io.darkroom.machine;

import io.darkroom.system.Models;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where this checkout lies. */
final class Repository {

    private Repository() {}

    static Path launcher() {
        Path place = Path.of("").toAbsolutePath();
        while (!Files.exists(place.resolve("darkroom"))) {
            place = place.getParent();
        }
        return place.resolve("darkroom");
    }

    static Path models() {
        return Models.bundled().toAbsolutePath().normalize();
    }
}
