package io.darkroom.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder that a command writes into. */
final class OutputFolder {
    private OutputFolder() {}

    /** Makes it if need be. */
    static Path make(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw CommandFailure.infrastructure(
                    folder + " cannot be made or is no folder; name one that can be written to", e);
        }
    }
}
