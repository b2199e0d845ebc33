package io.darkroom.contract.catalogue;

import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.catalogue.ModelEntry.Residuals;
import io.darkroom.contract.catalogue.ModelEntry.Scheduler;
import java.util.List;
import java.util.Optional;

/** Puts a {@link ModelEntry} together: families have few of its fields in common. */
public final class ModelEntryBuilder {
    private static final int SCHEMA_VERSION = 1;

    private final Family family;
    private final String name;
    private final String digest;
    private final String pool;
    private List<StageKind> kinds = List.of();
    private Optional<String> vaeDigest = Optional.empty();
    private int latentChannels;
    private int vaeScaleFactor;
    private int defaultWidth;
    private int defaultHeight;
    private int sizeMultiple;
    private Optional<Integer> maxNoiseLevel = Optional.empty();
    private Optional<String> licence = Optional.empty();
    private Optional<Residuals> residuals = Optional.empty();
    private Optional<Scheduler> scheduler = Optional.empty();
    private Optional<String> token = Optional.empty();
    private List<Integer> textWidths = List.of();
    private Optional<Double> cost = Optional.empty();
    private long sizeBytes;
    private Optional<String> store = Optional.empty();

    ModelEntryBuilder(Family family, String name, String digest, String pool) {
        this.family = family;
        this.name = name;
        this.digest = digest;
        this.pool = pool;
    }

    /** What the model can run. */
    public ModelEntryBuilder kinds(List<StageKind> of) {
        kinds = of;
        return this;
    }

    /** Models with the same VAE hand latents to each other. */
    public ModelEntryBuilder vae(Optional<String> ofDigest) {
        vaeDigest = ofDigest;
        return this;
    }

    /**
     * @param channels of a latent
     * @param scaleFactor pixels for each of its elements, in each direction
     */
    public ModelEntryBuilder latents(int channels, int scaleFactor) {
        latentChannels = channels;
        vaeScaleFactor = scaleFactor;
        return this;
    }

    /**
     * In pixels.
     *
     * @param multiple what widths and heights must be multiples of
     */
    public ModelEntryBuilder size(int width, int height, int multiple) {
        defaultWidth = width;
        defaultHeight = height;
        sizeMultiple = multiple;
        return this;
    }

    public ModelEntryBuilder maxNoiseLevel(Optional<Integer> level) {
        maxNoiseLevel = level;
        return this;
    }

    /** As SPDX has it. */
    public ModelEntryBuilder licence(Optional<String> spdx) {
        licence = spdx;
        return this;
    }

    public ModelEntryBuilder residuals(Optional<Residuals> shape) {
        residuals = shape;
        return this;
    }

    public ModelEntryBuilder scheduler(Optional<Scheduler> own) {
        scheduler = own;
        return this;
    }

    /** What prompts say for a textual inversion. */
    public ModelEntryBuilder token(Optional<String> word) {
        token = word;
        return this;
    }

    /** Of the text encoders, the first one's first. */
    public ModelEntryBuilder textWidths(List<Integer> widths) {
        textWidths = widths;
        return this;
    }

    /** Of one evaluation for a pixel, as a multiple of Stable Diffusion 1.5's. */
    public ModelEntryBuilder cost(Optional<Double> multiple) {
        cost = multiple;
        return this;
    }

    /** Of all files of the model. */
    public ModelEntryBuilder sizeBytes(long bytes) {
        sizeBytes = bytes;
        return this;
    }

    /** Where workers can pull it from: a store's URI. */
    public ModelEntryBuilder store(Optional<String> uri) {
        store = uri;
        return this;
    }

    public ModelEntry build() {
        return new ModelEntry(
                SCHEMA_VERSION,
                name,
                digest,
                family,
                kinds,
                vaeDigest,
                latentChannels,
                vaeScaleFactor,
                defaultWidth,
                defaultHeight,
                sizeMultiple,
                maxNoiseLevel,
                pool,
                licence,
                residuals,
                scheduler,
                token,
                textWidths,
                cost,
                sizeBytes,
                store);
    }
}
