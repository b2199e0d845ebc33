package io.darkroom.contract.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;

/**
 * A record of darkroom.models; {@code schemas/model-entry.schema.json} documents each field. A number that a family does not
 * have is 0.
 */
public record ModelEntry(
        int schemaVersion,
        String name,
        String digest,
        Family family,
        List<StageKind> kinds,
        Optional<String> vaeDigest,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int latentChannels,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int vaeScaleFactor,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int defaultWidth,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int defaultHeight,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int sizeMultiple,
        Optional<Integer> maxNoiseLevel,
        String pool,
        Optional<String> licence,
        Optional<Residuals> residuals) {

    /** A model with a VAE that no ControlNet goes with. */
    public ModelEntry(
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
        this(
                schemaVersion,
                name,
                digest,
                family,
                kinds,
                Optional.of(vaeDigest),
                latentChannels,
                vaeScaleFactor,
                defaultWidth,
                defaultHeight,
                sizeMultiple,
                maxNoiseLevel,
                pool,
                licence,
                Optional.empty());
    }

    /**
     * What a ControlNet gives and a UNet adds: the two go together if these are equal.
     *
     * @param inChannels of the latents
     * @param crossAttentionDim width of the text's states
     * @param channels of each residual: those of the way down in order, then the middle's
     */
    public record Residuals(int inChannels, int crossAttentionDim, List<Integer> channels) {
        public Residuals {
            channels = List.copyOf(channels);
        }
    }

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
        UPSCALER,
        @JsonProperty("controlnet")
        CONTROLNET,
        @JsonProperty("depth-estimator")
        DEPTH_ESTIMATOR,
        @JsonProperty("kandinsky")
        KANDINSKY
    }
}
