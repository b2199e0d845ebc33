package io.darkroom.contract.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
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
        Optional<Residuals> residuals,
        Optional<Scheduler> scheduler,
        Optional<String> token,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Integer> textWidths,
        Optional<Double> cost,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) long sizeBytes,
        Optional<String> store) {

    /** What JSON leaves out when it is empty is read as empty. */
    public ModelEntry {
        textWidths = textWidths == null ? List.of() : List.copyOf(textWidths);
    }

    /**
     * Begins an entry; what is not said of it is absent.
     *
     * @param digest of the model's files, SHA-256
     */
    public static ModelEntryBuilder of(Family family, String name, String digest, String pool) {
        return new ModelEntryBuilder(family, name, digest, pool);
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

    /**
     * The model's own sampler, and what its network can be asked for.
     *
     * @param config the entries of {@code scheduler_config.json}: texts, numbers, flags and lists of numbers
     * @param wholeTimesteps whether the network takes no timesteps with fractions
     * @param predictedChannels of the network's output
     */
    public record Scheduler(Map<String, Object> config, boolean wholeTimesteps, int predictedChannels) {
        private static final int MAX_ENTRIES = 64;
        private static final int MAX_TEXT = 128;
        private static final int MAX_NUMBERS = 1000;

        public Scheduler {
            config = Map.copyOf(config);
        }

        /** Empty for a configuration with entries that the catalogue has no room for. */
        public static Optional<Scheduler> of(
                Map<String, Object> config, boolean wholeTimesteps, int predictedChannels) {
            boolean fits = config.size() <= MAX_ENTRIES
                    && config.entrySet().stream()
                            .allMatch(entry -> entry.getKey().length() <= MAX_TEXT && fits(entry.getValue()));
            return fits ? Optional.of(new Scheduler(config, wholeTimesteps, predictedChannels)) : Optional.empty();
        }

        private static boolean fits(Object value) {
            return switch (value) {
                case String text -> text.length() <= MAX_TEXT;
                case Boolean _, Number _ -> true;
                case List<?> numbers ->
                    numbers.size() <= MAX_NUMBERS && numbers.stream().allMatch(Number.class::isInstance);
                default -> false;
            };
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
        KANDINSKY,
        @JsonProperty("kandinsky-prior")
        KANDINSKY_PRIOR,
        @JsonProperty("kandinsky-decoder")
        KANDINSKY_DECODER,
        @JsonProperty("textual-inversion")
        TEXTUAL_INVERSION,
        @JsonProperty("lora")
        LORA
    }
}
