package io.darkroom.pipelines;

import io.darkroom.inference.device.DeviceException;
import io.darkroom.inference.device.TextEncoder;
import io.darkroom.inference.device.Timed;
import io.darkroom.inference.text.TextRow;
import io.darkroom.inference.text.Tokens;
import java.util.List;
import java.util.Optional;

/**
 * SDXL's text conditions: the states before the last layer of both encoders side by side, and the second one's projected
 * text (Podell et al., arXiv:2307.01952, section 2.1). The refiner has the second encoder only, and gives it {@code
 * prompt}. diffusers: {@code encode_prompt}.
 */
final class StableDiffusionXlText implements TextSides {
    private final StageRun run;
    private final Prompt prompt;
    private final StageEncoders encoders;
    private long deviceNanos;

    private StableDiffusionXlText(StageRun run, Prompt prompt, StageEncoders encoders) {
        this.run = run;
        this.prompt = prompt;
        this.encoders = encoders;
    }

    /**
     * Encodes for {@code images} pictures.
     *
     * @param guided whether to put the negative prompt's rows before
     */
    static PromptEncoding encode(StageRun run, Prompt prompt, boolean guided, int images)
            throws StageException, InterruptedException {
        try (StageEncoders encoders = StageEncoders.open(run)) {
            StableDiffusionXlText text = new StableDiffusionXlText(run, prompt, encoders);
            text.warnOfSecondPrompts();
            return prompt.syntax() == PromptSyntax.COMPEL
                    ? new PromptSides(run, encoders, prompt).encode(guided, images)
                    : text.encode(guided, images);
        } catch (DeviceException e) {
            throw Failures.of(e);
        }
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
        int length = encoders.get(0).length();
        return both(
                "prompt",
                prompt.prompt(),
                prompt.prompt2(),
                length,
                prompt.clipSkip().orElse(0));
    }

    /** {@code clip_skip} does not count here, as in diffusers. */
    @Override
    public TextStates unwanted(TextStates wanted) throws StageException, DeviceException, InterruptedException {
        if (prompt.negativeEmbeds().isPresent()) {
            return GivenStates.ofNegativePrompt(run)
                    .checked(prompt.negativeEmbeds().get());
        }
        if (prompt.negativePrompt().isEmpty() && run.model().xl().forceZerosForEmptyPrompt()) {
            return wanted.zeros();
        }
        PromptEncoding.requireTextOfLength(encoders.get(0).length(), wanted.tokens());
        String text = prompt.negativePrompt().orElse("");
        return both("negative_prompt", text, prompt.negativePrompt2(), wanted.tokens(), 0);
    }

    private TextStates both(String field, String text, Optional<String> text2, int length, int skipped)
            throws StageException, DeviceException, InterruptedException {
        // Python's `prompt_2 or prompt`: an empty one counts as absent
        Optional<String> second = text2.filter(given -> !given.isEmpty() && encoders.count() > 1);
        TextStates first = encoded(0, field, text, length, skipped);
        if (encoders.count() == 1) {
            return first;
        }
        String secondField = second.isPresent() ? field + "_2" : field;
        TextStates projected = encoded(1, secondField, second.orElse(text), length, skipped);
        return new TextStates(States.beside(first.hidden(), projected.hidden()), projected.pooled());
    }

    private TextStates encoded(int text, String field, String prompted, int length, int skipped)
            throws StageException, DeviceException, InterruptedException {
        StageEncoder encoder = encoders.get(text);
        Tokens tokens = encoder.tokens(field, prompted, length, run.warnings());
        Timed<TextEncoder.Encoding> states = encoder.states(
                        new TextEncoder.Layer.BeforeLast(skipped), List.of(TextRow.of(tokens.ids())))
                .orElseThrow(() -> PromptEncoding.closedEncoder(0));
        deviceNanos += states.deviceNanos();
        return new TextStates(states.value().hidden(), states.value().pooled());
    }

    private void warnOfSecondPrompts() {
        if (run.model().texts().size() == 1
                && (prompt.prompt2().isPresent() || prompt.negativePrompt2().isPresent())) {
            run.warnings().add("prompt_2 and negative_prompt_2 are not used: this model has one text encoder.");
        }
    }
}
