package io.darkroom.inference.model;

import java.io.IOException;
import java.nio.file.Path;

/** A folder that is no whole pipeline, but one of the parts that stages name. Two are equal if they are the same folder. */
public abstract sealed class PartFolder implements ServedModel permits ControlNetFolder, DepthFolder, PriorFolder {
    private final Path path;
    private final FolderFiles files;
    private final Digests digests;

    PartFolder(Path path) throws ModelException {
        this.path = real(path);
        this.files = new FolderFiles(this.path);
        this.digests = new Digests(files);
    }

    private static Path real(Path folder) throws ModelException {
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            throw new ModelException(folder + ": cannot be opened", e);
        }
    }

    /** Its files, guarded. */
    public final FolderFiles files() {
        return files;
    }

    @Override
    public final Path path() {
        return path;
    }

    @Override
    public final String digest() throws ModelException {
        return digests.model();
    }

    @Override
    public final void verify() throws ModelException {
        digests.verify();
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof PartFolder folder && folder.path.equals(path);
    }

    @Override
    public final int hashCode() {
        return path.hashCode();
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName() + "[" + path.getFileName() + "]";
    }
}
