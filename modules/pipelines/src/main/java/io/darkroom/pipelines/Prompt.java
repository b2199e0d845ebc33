package io.darkroom.pipelines;

import java.util.Objects;
import java.util.Optional;

/**
 * What the picture shall show.
 *
 * @param prompt the text; one text for all pictures of the stage
 * @param negativePrompt what it shall not show; absent is diffusers' {@code None}, which means the
 *     empty text for the Stable Diffusion 1.x families
 */
public record Prompt(String prompt, Optional<String> negativePrompt) {
    public Prompt {
        Objects.requireNonNull(prompt, "prompt");
        Objects.requireNonNull(negativePrompt, "negativePrompt");
    }

    public static Prompt of(String prompt) {
        return new Prompt(prompt, Optional.empty());
    }

    /** Prompts are private: they must not reach a log by way of a record's text. */
    @Override
    public String toString() {
        return "Prompt[" + prompt.length() + " characters]";
    }
}
