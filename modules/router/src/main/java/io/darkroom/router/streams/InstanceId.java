package io.darkroom.router.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * The name under which a router is a static member of its group (KIP-345), kept beside its state.
 * One process at a time can hold a state directory, so the name is no other's, and a router that
 * was killed takes its work back as soon as it is started again, instead of when its session has
 * run out.
 */
final class InstanceId {
    private static final String FILE = "router-instance-id";

    private InstanceId() {}

    static String in(Path stateDir) {
        Path file = stateDir.resolve(FILE);
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(stateDir);
                Path written = Files.writeString(
                        stateDir.resolve(FILE + ".new"), UUID.randomUUID().toString());
                Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("state directory " + stateDir + " cannot be used: " + e.getMessage(), e);
        }
    }
}
