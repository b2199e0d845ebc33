package io.darkroom.contract.catalogue;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;

/** A record of darkroom.models; {@code schemas/model-entry.schema.json} documents each field. */
public record ModelEntry(
        int schemaVersion,
        String name,
        String digest,
        Family family,
        List<StageKind> kinds,
        String vaeDigest,
        int latentChannels,
        int vaeScaleFactor,
        int defaultWidth,
        int defaultHeight,
        int sizeMultiple,
        Optional<Integer> maxNoiseLevel,
        String pool,
        Optional<String> licence) {

    /** The architecture, which decides the pipeline. */
    public enum Family {
        @JsonProperty("stable-diffusion")
        STABLE_DIFFUSION,
        @JsonProperty("stable-diffusion-inpainting")
        STABLE_DIFFUSION_INPAINTING,
        @JsonProperty("stable-diffusion-xl")
        STABLE_DIFFUSION_XL,
        @JsonProperty("stable-diffusion-xl-refiner")
        STABLE_DIFFUSION_XL_REFINER,
        @JsonProperty("latent-upscaler")
        LATENT_UPSCALER,
        @JsonProperty("upscaler")
        UPSCALER
    }
}
