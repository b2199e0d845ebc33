package io.darkroom.inference.model;

import java.nio.file.Files;
import java.nio.file.Path;

/** Kandinsky's prior on disk by itself, as {@code python -m export} writes it: what makes image embeddings for a decoder. */
public final class PriorFolder extends PartFolder {
    private static final String STATISTICS = "prior/statistics.json";

    private final PriorPart prior;

    private PriorFolder(Path path) throws ModelException {
        super(path);
        this.prior = PriorPart.open(files(), "");
    }

    /**
     * Opens a folder.
     *
     * @throws ModelException naming the file at fault and what would be right
     */
    public static PriorFolder open(Path folder) throws ModelException {
        return new PriorFolder(folder);
    }

    /** Whether the folder is one; in one with a decoder too, the folders of its prior have other names. */
    public static boolean isOne(Path folder) {
        return Files.isRegularFile(folder.resolve(STATISTICS));
    }

    public PriorPart prior() {
        return prior;
    }

    @Override
    public String describe() {
        return "KANDINSKY_PRIOR";
    }
}
