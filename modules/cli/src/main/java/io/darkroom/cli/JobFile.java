package io.darkroom.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The document that a command is given by name, or on standard input. */
final class JobFile {
    private static final String STANDARD_INPUT = "-";

    private JobFile() {}

    static byte[] read(String name) {
        try {
            return name.equals(STANDARD_INPUT) ? System.in.readAllBytes() : Files.readAllBytes(Path.of(name));
        } catch (IOException e) {
            throw CommandFailure.usage(
                    name + " cannot be read; name a file with a job in JSON, or - for standard input", e);
        }
    }
}
