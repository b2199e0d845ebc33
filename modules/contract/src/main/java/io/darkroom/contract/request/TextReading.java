package io.darkroom.contract.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.request.AdapterOptions.LoraUse;
import io.darkroom.contract.request.ValidStage.Input;
import io.darkroom.contract.request.ValidStage.NamedInput;
import io.darkroom.contract.request.ValidStage.TextOptions;
import io.darkroom.contract.wire.PromptSyntax;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Reads what a stage says about its prompt, and checks that it is said once: as text or as embeddings, never both, as in
 * diffusers' pipelines. What changes the text encoders is read here too.
 */
final class TextReading {
    /** What is said where the prompt is read. */
    private static final List<String> OF_THE_PRIOR = List.of(
            "prompt",
            "negative_prompt",
            "prompt_2",
            "negative_prompt_2",
            "prompt_syntax",
            "clip_skip",
            EmbedUris.PROMPT,
            EmbedUris.NEGATIVE_PROMPT,
            EmbedUris.POOLED_PROMPT,
            EmbedUris.NEGATIVE_POOLED_PROMPT,
            "prior_num_inference_steps",
            "prior_guidance_scale");

    private final JsonNode node;
    private final String path;
    private final Faults faults;

    /**
     * @param path of the stage, ending with a dot
     */
    TextReading(JsonNode node, String path, Faults faults) {
        this.node = node;
        this.path = path;
        this.faults = faults;
    }

    EmbedUris embeds() {
        return new EmbedUris(
                text(EmbedUris.PROMPT),
                text(EmbedUris.NEGATIVE_PROMPT),
                text(EmbedUris.POOLED_PROMPT),
                text(EmbedUris.NEGATIVE_POOLED_PROMPT));
    }

    /** The prior stage whose embeddings stand for the prompt, as it stands in the request. */
    Optional<String> imageEmbeds() {
        return text(NamedInput.IMAGE_EMBEDS);
    }

    /**
     * @param inputs the stage's
     */
    TextOptions read(List<NamedInput> inputs) {
        checkSaidOnce();
        Optional<Integer> clipSkip =
                node.has("clip_skip") ? Optional.of(node.path("clip_skip").asInt()) : Optional.empty();
        return new TextOptions(
                text("prompt_2"), text("negative_prompt_2"), clipSkip, syntax(), embeds(), imageEmbeds(inputs));
    }

    private static Optional<Input> imageEmbeds(List<NamedInput> inputs) {
        return inputs.stream()
                .filter(input -> input.role().equals(NamedInput.IMAGE_EMBEDS))
                .map(NamedInput::from)
                .findFirst();
    }

    AdapterOptions adapters() {
        List<String> inversions = new ArrayList<>();
        node.path("textual_inversions").forEach(name -> inversions.add(name.asText()));
        List<LoraUse> loras = new ArrayList<>();
        node.path("loras")
                .forEach(lora -> loras.add(new LoraUse(
                        lora.path("model").asText(), lora.path("scale").asDouble(1))));
        requireOnce("textual_inversions", inversions);
        requireOnce("loras", loras.stream().map(LoraUse::model).toList());
        return new AdapterOptions(inversions, loras);
    }

    private void requireOnce(String field, List<String> names) {
        if (new HashSet<>(names).size() < names.size()) {
            faults.add(path + field, "names one twice; each may be named once");
        }
    }

    private PromptSyntax syntax() {
        return node.path("prompt_syntax").asText("plain").equals("compel")
                ? PromptSyntax.PROMPT_SYNTAX_COMPEL
                : PromptSyntax.PROMPT_SYNTAX_PLAIN;
    }

    /** Whether a stage whose kind is left to its model needs one is known with the model, unless it has no picture. */
    private boolean needsPrompt() {
        StageKind kind = StageKind.ofWireName(node.path("kind").asText());
        return kind.needsPrompt() || kind == StageKind.AUTO && !node.has(NamedInput.PICTURE);
    }

    private void checkSaidOnce() {
        if (imageEmbeds().isPresent()) {
            OF_THE_PRIOR.stream()
                    .filter(node::has)
                    .forEach(field -> faults.add(
                            path + field, "belongs to the prior stage that image_embeds names; leave it out here"));
            return;
        }
        if (needsPrompt() && !node.has("prompt") && !node.has(EmbedUris.PROMPT)) {
            faults.add(path + "prompt", "is missing; give it or %s", EmbedUris.PROMPT);
        }
        refuseBoth(EmbedUris.PROMPT, List.of("prompt", "prompt_2"));
        refuseBoth(EmbedUris.NEGATIVE_PROMPT, List.of("negative_prompt", "negative_prompt_2"));
        requireFirst(EmbedUris.PROMPT, EmbedUris.POOLED_PROMPT);
        requireFirst(EmbedUris.NEGATIVE_PROMPT, EmbedUris.NEGATIVE_POOLED_PROMPT);
    }

    private void refuseBoth(String embeds, List<String> texts) {
        for (String text : texts) {
            if (node.has(embeds) && node.has(text)) {
                faults.add(path + embeds, "does not go with %s; give one of the two", text);
            }
        }
    }

    private void requireFirst(String embeds, String pooled) {
        if (node.has(pooled) && !node.has(embeds)) {
            faults.add(path + pooled, "goes with %s, which is missing", embeds);
        }
    }

    private Optional<String> text(String field) {
        return Optional.ofNullable(node.path(field).textValue());
    }
}
