package io.darkroom.contract.request;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where a stage's prompt lies that the user has encoded already: URIs of safetensors files, allowed to the tenant, otherwise
 * hostile. Each file holds a tensor of the field's own name, so that one file can serve several fields.
 *
 * @param prompt instead of a prompt
 * @param negativePrompt instead of a negative prompt
 * @param pooledPrompt SDXL: goes with {@code prompt}
 * @param negativePooledPrompt SDXL: goes with {@code negativePrompt}
 */
public record EmbedUris(
        Optional<String> prompt,
        Optional<String> negativePrompt,
        Optional<String> pooledPrompt,
        Optional<String> negativePooledPrompt) {
    public static final String PROMPT = "prompt_embeds";
    public static final String NEGATIVE_PROMPT = "negative_prompt_embeds";
    public static final String POOLED_PROMPT = "pooled_prompt_embeds";
    public static final String NEGATIVE_POOLED_PROMPT = "negative_pooled_prompt_embeds";

    public static final EmbedUris NONE =
            new EmbedUris(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** The URIs that are given, by the names of the request's fields. */
    public Map<String, String> given() {
        Map<String, String> given = new LinkedHashMap<>();
        prompt.ifPresent(uri -> given.put(PROMPT, uri));
        negativePrompt.ifPresent(uri -> given.put(NEGATIVE_PROMPT, uri));
        pooledPrompt.ifPresent(uri -> given.put(POOLED_PROMPT, uri));
        negativePooledPrompt.ifPresent(uri -> given.put(NEGATIVE_POOLED_PROMPT, uri));
        return given;
    }
}
