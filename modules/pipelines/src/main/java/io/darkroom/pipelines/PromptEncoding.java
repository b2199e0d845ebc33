package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.device.DeviceException;
import io.darkroom.inference.device.TextEncoder;
import io.darkroom.inference.device.Timed;
import io.darkroom.inference.text.ClipTokenizer;
import io.darkroom.inference.text.Tokens;
import java.util.List;
import java.util.Optional;

/**
 * The text conditions of a batch.
 *
 * @param hidden {@code [rows, tokens, width]}; with guidance the unconditional rows come first
 * @param pooled {@code [rows, width]}, where the model wants it
 * @param deviceNanos time on the device
 */
record PromptEncoding(Tensor hidden, Optional<Tensor> pooled, long deviceNanos) {
    /** A cut text is quoted up to this many characters. */
    private static final int QUOTED = 200;

    /** Which states of the text encoder a family takes. */
    enum States {
        LAST_NORMED,
        LAST_RAW;

        Timed<TextEncoder.Encoding> of(TextEncoder encoder, List<Tokens> prompts)
                throws DeviceException, InterruptedException {
            return switch (this) {
                case LAST_NORMED -> encoder.lastNormed(prompts);
                case LAST_RAW -> encoder.lastRaw(prompts);
            };
        }
    }

    /**
     * Encodes a prompt for {@code count} pictures.
     *
     * @param guided whether to put the negative prompt's rows (the empty text's, when there is
     *     none) before
     */
    static PromptEncoding of(StageRun run, Prompt prompt, boolean guided, int count, States states)
            throws DeviceException, InterruptedException {
        List<String> warnings = run.warnings();
        ClipTokenizer tokenizer = run.networks().tokenizer(0);
        Tokens wanted = tokens(tokenizer, "prompt", prompt.prompt(), warnings);
        List<Tokens> texts = guided
                ? List.of(
                        tokens(
                                tokenizer,
                                "negative_prompt",
                                prompt.negativePrompt().orElse(""),
                                warnings),
                        wanted)
                : List.of(wanted);
        Timed<TextEncoder.Encoding> encoded = run.shared()
                .texts(0, states, texts, () -> states.of(run.networks().textEncoder(0), texts));
        TextEncoder.Encoding encoding = encoded.value();
        return new PromptEncoding(
                encoding.hidden().interleaveRows(count),
                encoding.pooled().map(pooled -> pooled.interleaveRows(count)),
                encoded.deviceNanos());
    }

    /** Texts that are encoded already, the unconditional one first, for {@code count} pictures. */
    static PromptEncoding of(List<TextStates> sides, int count, long deviceNanos) {
        Tensor hidden = Tensor.concat(sides.stream().map(TextStates::hidden).toList());
        List<Tensor> pooled =
                sides.stream().flatMap(side -> side.pooled().stream()).toList();
        return new PromptEncoding(
                hidden.interleaveRows(count),
                pooled.isEmpty()
                        ? Optional.empty()
                        : Optional.of(Tensor.concat(pooled).interleaveRows(count)),
                deviceNanos);
    }

    static void requireSameTokens(TextStates wanted, TextStates unwanted) throws StageException {
        if (wanted.tokens() != unwanted.tokens()) {
            throw StageException.user(
                    "negative_prompt_embeds",
                    "has " + unwanted.tokens() + " tokens, but the prompt has " + wanted.tokens()
                            + "; both must have as many");
        }
    }

    /** diffusers encodes a negative prompt to as many tokens as the given embeddings have, where the encoder can. */
    static void requireTextOfLength(int most, int length) throws StageException {
        if (length < 2 || length > most) {
            throw StageException.user(
                    "negative_prompt_embeds",
                    "is missing: prompt_embeds has " + length + " tokens, and a text can be encoded to 2.." + most
                            + " only");
        }
    }

    /** An export that does not show what clip_skip or new tokens need. */
    static StageException closedEncoder(int skipped) {
        return StageException.user(
                skipped > 0 ? "clip_skip" : "textual_inversions",
                "this model's text encoder does not show its "
                        + (skipped > 0 ? "layers" : "embeddings")
                        + "; export it again with opset 17 or later");
    }

    /**
     * @param warnings takes a sentence if the text was too long
     */
    static Tokens tokens(ClipTokenizer tokenizer, String field, String text, List<String> warnings) {
        return tokens(tokenizer, field, text, tokenizer.length(), warnings);
    }

    /**
     * @param length ids that come out
     * @param warnings takes a sentence if the text was too long
     */
    static Tokens tokens(ClipTokenizer tokenizer, String field, String text, int length, List<String> warnings) {
        Tokens tokens = tokenizer.encode(text, length);
        tokens.cutText()
                .map(cut -> "%s: more than %d tokens; this part was left out: \"%s\"."
                        .formatted(field, length, quoted(cut)))
                .filter(warning -> !warnings.contains(warning))
                .ifPresent(warnings::add);
        return tokens;
    }

    private static String quoted(String cut) {
        return cut.length() <= QUOTED
                ? cut
                : cut.substring(0, cut.offsetByCodePoints(0, Math.min(QUOTED, cut.codePointCount(0, cut.length()))))
                        + "…";
    }
}
