package io.darkroom.pipelines;

import io.darkroom.inference.device.DeviceException;
import io.darkroom.inference.device.TextEncoder;
import io.darkroom.inference.device.Timed;
import io.darkroom.inference.text.TextRow;
import io.darkroom.inference.text.Tokens;
import java.util.List;
import java.util.Optional;

/**
 * Stable Diffusion's text conditions: the last layer's states, normalised; with {@code clip_skip} those of an earlier
 * layer for the prompt, but never for the negative one. diffusers: {@code encode_prompt}.
 */
final class StableDiffusionText implements TextSides {
    private final StageRun run;
    private final Prompt prompt;
    private final StageEncoder encoder;
    private long deviceNanos;

    private StableDiffusionText(StageRun run, Prompt prompt, StageEncoder encoder) {
        this.run = run;
        this.prompt = prompt;
        this.encoder = encoder;
    }

    /**
     * Encodes for {@code images} pictures.
     *
     * @param guided whether to put the negative prompt's rows before
     */
    static PromptEncoding encode(StageRun run, Prompt prompt, boolean guided, int images)
            throws StageException, InterruptedException {
        try (StageEncoders encoders = StageEncoders.open(run)) {
            if (prompt.syntax() == PromptSyntax.COMPEL) {
                return new PromptSides(run, encoders, prompt).encode(guided, images);
            }
            StableDiffusionText text = new StableDiffusionText(run, prompt, encoders.get(0));
            return text.isPlain()
                    ? PromptEncoding.of(run, prompt, guided, images, PromptEncoding.States.LAST_NORMED)
                    : text.encode(guided, images);
        } catch (DeviceException e) {
            throw Failures.of(e);
        }
    }

    /** Whether both texts can share a call. */
    private boolean isPlain() {
        return prompt.embeds().isEmpty()
                && prompt.negativeEmbeds().isEmpty()
                && !encoder.addsTokens()
                && prompt.clipSkip().orElse(0) == 0;
    }

    @Override
    public long deviceNanos() {
        return deviceNanos;
    }

    @Override
    public TextStates wanted() throws StageException, DeviceException, InterruptedException {
        if (prompt.embeds().isPresent()) {
            return GivenStates.ofPrompt(run).checked(prompt.embeds().get());
        }
        Tokens tokens = encoder.tokens("prompt", prompt.prompt(), encoder.length(), run.warnings());
        return states(tokens, prompt.clipSkip().orElse(0));
    }

    @Override
    public TextStates unwanted(TextStates wanted) throws StageException, DeviceException, InterruptedException {
        if (prompt.negativeEmbeds().isPresent()) {
            return GivenStates.ofNegativePrompt(run)
                    .checked(prompt.negativeEmbeds().get());
        }
        int length = wanted.tokens();
        PromptEncoding.requireTextOfLength(encoder.length(), length);
        return states(encoder.tokens("negative_prompt", prompt.negativePrompt().orElse(""), length, run.warnings()), 0);
    }

    private TextStates states(Tokens tokens, int skipped) throws StageException, DeviceException, InterruptedException {
        int layers = run.model().texts().getFirst().layers();
        TextEncoder.Layer layer = new TextEncoder.Layer.Normed(layers - skipped, layers);
        Timed<TextEncoder.Encoding> encoded = encoder.states(layer, List.of(TextRow.of(tokens.ids())))
                .orElseThrow(() -> PromptEncoding.closedEncoder(skipped));
        deviceNanos += encoded.deviceNanos();
        return new TextStates(encoded.value().hidden(), Optional.empty());
    }
}
