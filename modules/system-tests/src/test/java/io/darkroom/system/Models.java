package io.darkroom.system;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.inference.model.ModelException;
import io.darkroom.inference.model.ModelFamily;
import io.darkroom.inference.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The bundled models under the names that the jobs of these tests use. */
public final class Models {

    private static final Path BUNDLED = Path.of(System.getProperty("darkroom.models", "../models/target/bundled"));

    /** Tiny random ones, as exported for the pipelines' golden pictures. */
    private static final Path CHECKPOINTS = Path.of("../pipelines/src/test/resources/golden/checkpoints");

    private Models() {}

    static List<Path> folders() {
        return List.of(
                folder("draft"),
                folder("other-vae"),
                folder("large"),
                folder("base"),
                folder("refiner"),
                folder("kandinsky"));
    }

    /** The folder that the bundled ones lie in. */
    public static Path bundled() {
        return BUNDLED;
    }

    static Path folder(String name) {
        return switch (name) {
            case "other-vae" -> BUNDLED.resolve("tiny-emoji-b");
            case "large" -> BUNDLED.resolve("tiny-x2-latent");
            case "base" -> CHECKPOINTS.resolve("sdxl-base");
            case "refiner" -> CHECKPOINTS.resolve("sdxl-refiner");
            case "kandinsky" -> CHECKPOINTS.resolve("kandinsky");
            default -> BUNDLED.resolve("tiny-emoji");
        };
    }

    private static ModelEntry.Family family(ModelFolder model) {
        return switch (model.family()) {
            case STABLE_DIFFUSION -> ModelEntry.Family.STABLE_DIFFUSION;
            case STABLE_DIFFUSION_INPAINT -> ModelEntry.Family.STABLE_DIFFUSION_INPAINTING;
            case STABLE_DIFFUSION_XL -> ModelEntry.Family.STABLE_DIFFUSION_XL;
            case STABLE_DIFFUSION_XL_REFINER -> ModelEntry.Family.STABLE_DIFFUSION_XL_REFINER;
            case LATENT_UPSCALE -> ModelEntry.Family.LATENT_UPSCALER;
            case UPSCALE -> ModelEntry.Family.UPSCALER;
            case KANDINSKY -> ModelEntry.Family.KANDINSKY;
            case KANDINSKY_DECODER -> ModelEntry.Family.KANDINSKY_DECODER;
        };
    }

    /**
     * {@code large} is the latent upscaler, {@code other-vae} a picture model with a VAE of its own,
     * {@code base} and {@code refiner} are SDXL's, {@code kandinsky} is Kandinsky's, every other name
     * is the picture model.
     */
    public static ModelEntry entry(String name, String pool) throws ModelException {
        return entry(folder(name), name, pool);
    }

    /** {@code sd-factor8} of the golden pictures with a safety checker in it. */
    static Path guarded(Path into) throws IOException {
        for (String part : List.of("sd-factor8", "safety-checker")) {
            Path from = CHECKPOINTS.resolve(part);
            try (Stream<Path> walk = Files.walk(from)) {
                for (Path file : walk.filter(Files::isRegularFile).toList()) {
                    Path target = into.resolve(from.relativize(file).toString());
                    Files.createDirectories(target.getParent());
                    Files.copy(file, target);
                }
            }
        }
        return into;
    }

    static ModelEntry entry(Path folder, String name, String pool) throws ModelException {
        ModelFolder model = ModelFolder.open(folder);
        boolean upscaler = model.family() == ModelFamily.LATENT_UPSCALE;
        int pixels = model.vaeScaleFactor();
        return ModelEntry.of(family(model), name, model.digest(), pool)
                .kinds(upscaler ? List.of(StageKind.UPSCALE) : List.of(StageKind.TEXT2IMG, StageKind.IMG2IMG))
                .vae(Optional.of(model.vaeDigest()))
                .latents(model.latentChannels(), pixels)
                .size(
                        model.unetShape().defaultWidth() * pixels,
                        model.unetShape().defaultHeight() * pixels,
                        model.unetShape().latentStep() * pixels)
                .build();
    }
}
