package io.darkroom.cli.local;

import io.darkroom.artifacts.ObjectStore;
import io.darkroom.artifacts.ObjectStores;
import io.darkroom.artifacts.StoreConfig;
import io.darkroom.cli.CommandFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file store in one folder: what jobs read, what they write, and what stages hand over. */
final class LocalStore implements AutoCloseable {
    private final Path root;
    private final ObjectStores objects;

    private LocalStore(Path root) {
        this.root = root;
        this.objects = ObjectStores.open(StoreConfig.files(root));
    }

    /** In a folder, which is made where it is missing. */
    static LocalStore in(Path folder) {
        try {
            return new LocalStore(Files.createDirectories(folder).toRealPath());
        } catch (IOException e) {
            throw CommandFailure.infrastructure(
                    folder + " cannot hold a file store; name a folder that can be written to", e);
        }
    }

    ObjectStore objects() {
        return objects;
    }

    /** Ends with a slash. */
    URI uri() {
        return folder(root);
    }

    /** Ends with a slash. */
    URI outputs() {
        return URI.create(uri() + "pictures/");
    }

    /** Ends with a slash. */
    URI handover() {
        return URI.create(uri() + "handover/");
    }

    /** The URI of a picture or another input: copied into the store if it is a file of this machine. */
    String place(String fileOrUri) {
        if (fileOrUri.contains("://")) {
            return fileOrUri;
        }
        Path file = Path.of(fileOrUri);
        Path inputs = root.resolve("inputs");
        try {
            Files.createDirectories(inputs);
            // The user's name for the file may hold what a URI cannot.
            Path copy = Files.createTempFile(inputs, "input-", "");
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            return uri() + "inputs/" + copy.getFileName();
        } catch (IOException e) {
            throw CommandFailure.infrastructure(file + " cannot be read; name a file of this machine", e);
        }
    }

    @Override
    public void close() {
        objects.close();
    }

    private static URI folder(Path path) {
        String text = path.toUri().toString();
        return URI.create(text.endsWith("/") ? text : text + "/");
    }
}
