package io.darkroom.pipelines;

import java.nio.file.Path;

/** The tiny checkpoints with random weights that the tests of inference hold. */
final class Checkpoints {
    private Checkpoints() {}

    /** {@code sd-factor8} or {@code sd-factor4}. */
    static Path folder(String name) {
        return Path.of("../inference/src/test/resources/checkpoints").resolve(name);
    }
}
