package io.darkroom.contract.catalogue;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a stage does; the wire's {@code kind}. */
public enum StageKind {
    @JsonProperty("text2img")
    TEXT2IMG("text2img"),
    @JsonProperty("img2img")
    IMG2IMG("img2img"),
    @JsonProperty("upscale")
    UPSCALE("upscale"),
    /** Whichever of the first three the model and the presence of a picture call for; in requests only. */
    @JsonProperty("auto")
    AUTO("auto"),
    @JsonProperty("grid")
    GRID("grid"),
    @JsonProperty("animation")
    ANIMATION("animation"),
    @JsonProperty("canny")
    CANNY("canny"),
    @JsonProperty("depth")
    DEPTH("depth"),
    /** Makes image embeddings, for a decoder. */
    @JsonProperty("prior")
    PRIOR("prior");

    private final String wireName;

    StageKind(String wireName) {
        this.wireName = wireName;
    }

    /** As it stands in JSON. */
    public String wireName() {
        return wireName;
    }

    /** The kind of that name, which the schema allows. */
    public static StageKind ofWireName(String name) {
        for (StageKind kind : values()) {
            if (kind.wireName.equals(name)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no kind of stage is called " + name);
    }

    /** Whether a stage of this kind needs a model; those that do not run where their neighbours run. */
    public boolean needsModel() {
        return switch (this) {
            case TEXT2IMG, IMG2IMG, UPSCALE, AUTO, DEPTH, PRIOR -> true;
            case GRID, ANIMATION, CANNY -> false;
        };
    }

    /** Whether a stage of this kind has to be told what to draw. */
    public boolean needsPrompt() {
        return switch (this) {
            case TEXT2IMG, IMG2IMG, PRIOR -> true;
            case UPSCALE, AUTO, GRID, ANIMATION, CANNY, DEPTH -> false;
        };
    }

    /** Denoising steps where the request names none, as diffusers' pipelines have it; 0 for a stage that does not denoise. */
    public int defaultSteps() {
        return switch (this) {
            case TEXT2IMG, IMG2IMG, AUTO -> 50;
            case UPSCALE -> 75;
            case PRIOR -> 25;
            case GRID, ANIMATION, CANNY, DEPTH -> 0;
        };
    }

    /** Whether such a stage makes one picture of all that it takes. */
    public boolean collects() {
        return switch (this) {
            case TEXT2IMG, IMG2IMG, UPSCALE, AUTO, CANNY, DEPTH, PRIOR -> false;
            case GRID, ANIMATION -> true;
        };
    }
}
