package io.darkroom.inference.model;

import java.util.Optional;

/** Which pipelines a folder's parts make up. */
public enum ModelFamily {
    /** Stable Diffusion 1.x: text2img and img2img. */
    STABLE_DIFFUSION,
    /** The latent upscaler by two. */
    LATENT_UPSCALE,
    /** The upscaler by four, which is shown the picture's pixels. */
    UPSCALE;

    static final String SUPPORTED =
            "StableDiffusionPipeline, StableDiffusionLatentUpscalePipeline and StableDiffusionUpscalePipeline";

    /** The family of a pipeline's class name, as {@code model_index.json} gives it. */
    static Optional<ModelFamily> of(String className) {
        return switch (className) {
            case "StableDiffusionPipeline",
                    "StableDiffusionImg2ImgPipeline",
                    "OnnxStableDiffusionPipeline",
                    "ORTStableDiffusionPipeline" -> Optional.of(STABLE_DIFFUSION);
            case "StableDiffusionLatentUpscalePipeline" -> Optional.of(LATENT_UPSCALE);
            case "StableDiffusionUpscalePipeline" -> Optional.of(UPSCALE);
            default -> Optional.empty();
        };
    }
}
