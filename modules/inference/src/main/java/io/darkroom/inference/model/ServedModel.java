package io.darkroom.inference.model;

import java.nio.file.Files;
import java.nio.file.Path;

/** A folder that a worker can serve: a whole pipeline, or a part that stages name beside one. */
public sealed interface ServedModel permits ModelFolder, PartFolder {
    /**
     * Opens a folder as what its files say it is.
     *
     * @throws ModelException naming the file at fault and what would be right
     */
    static ServedModel open(Path folder) throws ModelException {
        if (ControlNetFolder.isOne(folder)) {
            return ControlNetFolder.open(folder);
        }
        if (PriorFolder.isOne(folder)) {
            return PriorFolder.open(folder);
        }
        return DepthFolder.isOne(folder) ? DepthFolder.open(folder) : ModelFolder.open(folder);
    }

    /** Whether a folder looks like one of these. */
    static boolean isOne(Path folder) {
        return Files.isRegularFile(folder.resolve("model_index.json"))
                || ControlNetFolder.isOne(folder)
                || PriorFolder.isOne(folder)
                || DepthFolder.isOne(folder);
    }

    Path path();

    /**
     * SHA-256 over the lines {@code <sha256> <path>} of all files, sorted: 64 lower-case hex digits. Taken from {@code
     * manifest.json} where there is one; else all files are read once.
     */
    String digest() throws ModelException;

    /** Reads every file and compares it with {@code manifest.json}. Without a manifest there is nothing to compare. */
    void verify() throws ModelException;

    /** What it is, in a word, for people. */
    String describe();
}
