package io.darkroom.inference.lora;

import java.util.List;

/** Which network of a pipeline a LoRA's module is in. */
public enum LoraPart {
    UNET(List.of("unet.", "lora_unet_")),
    SECOND_TEXT(List.of("text_encoder_2.", "lora_te2_")),
    TEXT(List.of("text_encoder.", "lora_te1_", "lora_te_"));

    private final List<String> prefixes;

    LoraPart(List<String> prefixes) {
        this.prefixes = prefixes;
    }

    /** diffusers' first, then kohya's. */
    List<String> prefixes() {
        return prefixes;
    }
}
