package io.darkroom.cli.generate;

import io.darkroom.artifacts.ObjectStore;
import io.darkroom.artifacts.ObjectStoreException;
import io.darkroom.cli.CommandFailure;
import io.darkroom.contract.result.JobResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Brings the pictures of a result from the store to files. */
public final class PictureFiles {
    private static final long MAX_BYTES = 1L << 30;

    private final ObjectStore store;

    public PictureFiles(ObjectStore store) {
        this.store = store;
    }

    /** The picture's file, as the worker wrote it. */
    public byte[] read(JobResult.Image image) {
        try {
            return store.get(image.uri(), MAX_BYTES);
        } catch (ObjectStoreException e) {
            throw CommandFailure.infrastructure(
                    "the picture " + image.uri() + " cannot be fetched: " + e.getMessage(), e);
        }
    }

    /** Writes each picture to its file, and gives the files. */
    public List<Path> write(List<JobResult.Image> images, List<Path> files) {
        for (int i = 0; i < images.size(); i++) {
            write(files.get(i), read(images.get(i)));
        }
        return files;
    }

    public static void write(Path file, byte[] bytes) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            Files.write(file, bytes);
        } catch (IOException e) {
            throw CommandFailure.infrastructure(file + " cannot be written; name another place", e);
        }
    }
}
