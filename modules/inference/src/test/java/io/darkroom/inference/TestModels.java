package io.darkroom.inference;

import io.darkroom.inference.model.ModelException;
import io.darkroom.inference.model.ModelFolder;
import java.nio.file.Path;

/**
 * The tiny checkpoints that the usual exporter wrote; modules/pipelines holds them next to the
 * pictures they make.
 */
public final class TestModels {
    private static final Path CHECKPOINTS = Path.of("../pipelines/src/test/resources/golden/checkpoints");

    private TestModels() {}

    /** Factor 8, pads with the end token; its timestep is one scalar, as exported. */
    public static Path factor8() {
        return CHECKPOINTS.resolve("sd-factor8");
    }

    /** Factor 4, pads with {@code !}. */
    public static Path factor4() {
        return CHECKPOINTS.resolve("sd-factor4");
    }

    public static ModelFolder open() throws ModelException {
        return ModelFolder.open(factor8());
    }
}
