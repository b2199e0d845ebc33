package io.darkroom.pipelines;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the picture shall show.
 *
 * @param prompt the text; one text for all pictures of the stage; not looked at where {@code embeds} stands for it
 * @param negativePrompt what it shall not show; absent is diffusers' {@code None}, which means the
 *     empty text for Stable Diffusion 1.x and 2.x, and for SDXL what its {@code force_zeros_for_empty_prompt} says
 * @param prompt2 SDXL: the text for the second encoder; absent: the first one's
 * @param negativePrompt2 SDXL: the same of the negative prompt
 * @param clipSkip how many of the text encoder's last layers are left out for the prompt; absent is 0
 * @param syntax how the texts are read
 * @param embeds instead of the prompt's texts
 * @param negativeEmbeds instead of the negative prompt's texts
 */
public record Prompt(
        String prompt,
        Optional<String> negativePrompt,
        Optional<String> prompt2,
        Optional<String> negativePrompt2,
        OptionalInt clipSkip,
        PromptSyntax syntax,
        Optional<TextStates> embeds,
        Optional<TextStates> negativeEmbeds) {
    public Prompt {
        Objects.requireNonNull(prompt, "prompt");
        Objects.requireNonNull(negativePrompt, "negativePrompt");
        Objects.requireNonNull(prompt2, "prompt2");
        Objects.requireNonNull(negativePrompt2, "negativePrompt2");
        Objects.requireNonNull(clipSkip, "clipSkip");
        Objects.requireNonNull(syntax, "syntax");
        Objects.requireNonNull(embeds, "embeds");
        Objects.requireNonNull(negativeEmbeds, "negativeEmbeds");
    }

    /** Plain texts only. */
    public Prompt(
            String prompt,
            Optional<String> negativePrompt,
            Optional<String> prompt2,
            Optional<String> negativePrompt2,
            OptionalInt clipSkip) {
        this(
                prompt,
                negativePrompt,
                prompt2,
                negativePrompt2,
                clipSkip,
                PromptSyntax.PLAIN,
                Optional.empty(),
                Optional.empty());
    }

    /** For one text encoder, all of it. */
    public Prompt(String prompt, Optional<String> negativePrompt) {
        this(prompt, negativePrompt, Optional.empty(), Optional.empty(), OptionalInt.empty());
    }

    public static Prompt of(String prompt) {
        return new Prompt(prompt, Optional.empty());
    }

    /** The same with states in the place of texts. */
    public Prompt withEmbeds(Optional<TextStates> states, Optional<TextStates> negativeStates) {
        return new Prompt(prompt, negativePrompt, prompt2, negativePrompt2, clipSkip, syntax, states, negativeStates);
    }

    /** The same with texts to be read otherwise. */
    public Prompt withSyntax(PromptSyntax other) {
        return new Prompt(prompt, negativePrompt, prompt2, negativePrompt2, clipSkip, other, embeds, negativeEmbeds);
    }

    /** Prompts are private: they must not reach a log by way of a record's text. */
    @Override
    public String toString() {
        return "Prompt[" + prompt.length() + " characters]";
    }
}
