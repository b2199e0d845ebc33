package io.darkroom.system;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.inference.model.ModelException;
import io.darkroom.inference.model.ModelFamily;
import io.darkroom.inference.model.ModelFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The bundled models under the names that the jobs of these tests use. */
final class Models {

    private static final Path BUNDLED = Path.of(System.getProperty("darkroom.models", "../models/bundled"));

    private Models() {}

    static List<Path> folders() {
        return List.of(BUNDLED.resolve("tiny-emoji"), BUNDLED.resolve("tiny-x2-latent"));
    }

    /** {@code large} is the latent upscaler, every other name the picture model. */
    static ModelEntry entry(String name, String pool) throws ModelException {
        String folder = name.equals("large") ? "tiny-x2-latent" : "tiny-emoji";
        ModelFolder model = ModelFolder.open(BUNDLED.resolve(folder));
        boolean upscaler = model.family() == ModelFamily.LATENT_UPSCALE;
        int pixels = model.vaeScaleFactor();
        return new ModelEntry(
                1,
                name,
                model.digest(),
                upscaler ? ModelEntry.Family.LATENT_UPSCALER : ModelEntry.Family.STABLE_DIFFUSION,
                upscaler ? List.of(StageKind.UPSCALE) : List.of(StageKind.TEXT2IMG, StageKind.IMG2IMG),
                model.vaeDigest(),
                model.latentChannels(),
                pixels,
                model.unetShape().defaultWidth() * pixels,
                model.unetShape().defaultHeight() * pixels,
                model.unetShape().latentStep() * pixels,
                Optional.empty(),
                pool,
                Optional.empty());
    }
}
