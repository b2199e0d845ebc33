package io.darkroom.inference.model;

import java.util.Optional;

/** Which pipelines a folder's parts make up. */
public enum ModelFamily {
    /** Stable Diffusion 1.x and 2.x: text2img and img2img. */
    STABLE_DIFFUSION,
    /** The same with a UNet that is shown a mask and the picture around it: img2img with a mask only. */
    STABLE_DIFFUSION_INPAINT,
    /** SDXL's base: text2img and img2img. */
    STABLE_DIFFUSION_XL,
    /** SDXL's refiner, whose network is told an aesthetic score: img2img. */
    STABLE_DIFFUSION_XL_REFINER,
    /** The latent upscaler by two. */
    LATENT_UPSCALE,
    /** The upscaler by four, which is shown the picture's pixels. */
    UPSCALE,
    /** Kandinsky 2.2's prior and decoder in one folder: text2img and img2img. */
    KANDINSKY,
    /** Kandinsky 2.2's decoder alone, which is given what a prior made: text2img and img2img. */
    KANDINSKY_DECODER;

    /** The family once the UNet is known: what it is shown says more than the name of a pipeline. */
    ModelFamily shown(UNetShape unet, VaeShape vae) {
        int withMask = 2 * vae.latentChannels() + 1;
        return this == STABLE_DIFFUSION && unet.inChannels() == withMask ? STABLE_DIFFUSION_INPAINT : this;
    }

    static final String SUPPORTED = "StableDiffusionPipeline, StableDiffusionXLPipeline,"
            + " StableDiffusionXLImg2ImgPipeline, StableDiffusionLatentUpscalePipeline, StableDiffusionUpscalePipeline,"
            + " KandinskyV22CombinedPipeline, KandinskyV22PriorPipeline and KandinskyV22Pipeline";

    /**
     * The family of a pipeline's class name, as {@code model_index.json} gives it.
     *
     * @param options of the same file, which tell SDXL's refiner from its base
     */
    static Optional<ModelFamily> of(String className, XlOptions options) {
        return switch (className) {
            case "StableDiffusionPipeline",
                    "StableDiffusionImg2ImgPipeline",
                    "StableDiffusionInpaintPipeline",
                    "OnnxStableDiffusionPipeline",
                    "ORTStableDiffusionPipeline" -> Optional.of(STABLE_DIFFUSION);
            case "StableDiffusionXLPipeline",
                    "StableDiffusionXLImg2ImgPipeline",
                    "OnnxStableDiffusionXLPipeline",
                    "ORTStableDiffusionXLPipeline",
                    "ORTStableDiffusionXLImg2ImgPipeline" ->
                Optional.of(options.requiresAestheticsScore() ? STABLE_DIFFUSION_XL_REFINER : STABLE_DIFFUSION_XL);
            case "StableDiffusionLatentUpscalePipeline" -> Optional.of(LATENT_UPSCALE);
            case "StableDiffusionUpscalePipeline" -> Optional.of(UPSCALE);
            case "KandinskyV22CombinedPipeline", "KandinskyV22Img2ImgCombinedPipeline" -> Optional.of(KANDINSKY);
            case "KandinskyV22Pipeline", "KandinskyV22Img2ImgPipeline" -> Optional.of(KANDINSKY_DECODER);
            default -> Optional.empty();
        };
    }

    /** Whether there is a network that turns embeddings into pictures, with MoVQ for a VAE. */
    public boolean decodesEmbeddings() {
        return this == KANDINSKY || this == KANDINSKY_DECODER;
    }

    /** Whether there is a network that turns a text into an image embedding. */
    public boolean hasPrior() {
        return this == KANDINSKY;
    }

    /** Whether the two text encoders, time ids and options of SDXL are in play. */
    public boolean isXl() {
        return this == STABLE_DIFFUSION_XL || this == STABLE_DIFFUSION_XL_REFINER;
    }
}
