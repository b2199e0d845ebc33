package io.darkroom.pipelines;

import java.nio.file.Path;

/** The tiny checkpoints with random weights that the golden pictures were made with. */
final class Checkpoints {
    private Checkpoints() {}

    /** {@code sd-factor8} or {@code sd-factor4}. */
    static Path folder(String name) {
        return GoldenCase.FOLDER.resolve("checkpoints").resolve(name);
    }
}
