package io.darkroom.cli;

import io.darkroom.cli.local.PickledWeights;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Prompts that are encoded already: safetensors files, each with a tensor of the request's field name. */
final class EmbedOptions {
    private static final String POOLED = "SDXL: the same of the pooled text.";

    @Option(
            names = "--prompt-embeds",
            paramLabel = "FILE|URI",
            description =
                    "Instead of --prompt: a safetensors file with the encoded prompt, in a tensor named prompt_embeds.")
    private String promptEmbeds;

    @Option(
            names = "--negative-prompt-embeds",
            paramLabel = "FILE|URI",
            description = "Instead of --negative-prompt: the same, in a tensor named negative_prompt_embeds.")
    private String negativePromptEmbeds;

    @Option(names = "--pooled-prompt-embeds", paramLabel = "FILE|URI", description = POOLED)
    private String pooledPromptEmbeds;

    @Option(names = "--negative-pooled-prompt-embeds", paramLabel = "FILE|URI", description = POOLED)
    private String negativePooledPromptEmbeds;

    /** Those that were given, by the names of the request's fields. */
    Map<String, String> given() {
        Map<String, String> given = new LinkedHashMap<>();
        put(given, "prompt_embeds", promptEmbeds);
        put(given, "negative_prompt_embeds", negativePromptEmbeds);
        put(given, "pooled_prompt_embeds", pooledPromptEmbeds);
        put(given, "negative_pooled_prompt_embeds", negativePooledPromptEmbeds);
        return given;
    }

    private static void put(Map<String, String> given, String name, String value) {
        if (value != null) {
            PickledWeights.refuse("--" + name.replace('_', '-'), value);
            given.put(name, value);
        }
    }
}
