package io.darkroom.artifacts.model;

import io.darkroom.artifacts.FolderLocks;
import io.darkroom.artifacts.model.StoredModel.Form;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A model on this machine, which stays as long as this is not closed. */
public final class CachedModel implements AutoCloseable {
    private final StoredModel model;
    private final Path folder;
    private final FolderLocks.Held mark;

    CachedModel(StoredModel model, Path folder, FolderLocks.Held mark) {
        this.model = model;
        this.folder = folder;
        this.mark = mark;
    }

    /** Its folder, or its file. */
    public Path path() {
        return model.form() == Form.FOLDER
                ? folder
                : folder.resolve(model.files().getFirst().path());
    }

    @Override
    public void close() {
        try {
            mark.closeAndDelete();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
