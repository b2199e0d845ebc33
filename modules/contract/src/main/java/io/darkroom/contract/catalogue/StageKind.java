package io.darkroom.contract.catalogue;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a stage does; the wire's {@code kind}. */
public enum StageKind {
    @JsonProperty("text2img")
    TEXT2IMG("text2img"),
    @JsonProperty("img2img")
    IMG2IMG("img2img"),
    @JsonProperty("upscale")
    UPSCALE("upscale");

    private final String wireName;

    StageKind(String wireName) {
        this.wireName = wireName;
    }

    /** As it stands in JSON. */
    public String wireName() {
        return wireName;
    }
}
