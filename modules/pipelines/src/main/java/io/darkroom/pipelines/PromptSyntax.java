package io.darkroom.pipelines;

/** How the texts of a prompt are to be read. */
public enum PromptSyntax {
    /** As diffusers reads them: every character is text. */
    PLAIN,
    /** As the compel library reads them: weights, {@code .and()}, {@code .blend()}; of any length. */
    COMPEL
}
