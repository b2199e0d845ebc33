package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.device.DeviceException;
import io.darkroom.inference.device.ModelNetworks;
import io.darkroom.inference.device.TextEncoder;
import io.darkroom.inference.device.Timed;
import io.darkroom.inference.text.Tokens;
import java.util.List;
import java.util.Optional;

/**
 * SDXL's text conditions: the states before the last layer of both encoders side by side, and the second one's projected
 * text (Podell et al., arXiv:2307.01952, section 2.1). The refiner has the second encoder only, and gives it {@code
 * prompt}. diffusers: {@code encode_prompt}.
 */
final class StableDiffusionXlText {
    private final StageRun run;
    private final Prompt prompt;
    private long deviceNanos;

    StableDiffusionXlText(StageRun run, Prompt prompt) {
        this.run = run;
        this.prompt = prompt;
    }

    /** One side's conditions: {@code [1, tokens, width]} and {@code [1, width]}. */
    private record Side(Tensor hidden, Tensor pooled) {
        Side zeros() {
            return new Side(Tensor.zeros(hidden.shape()), Tensor.zeros(pooled.shape()));
        }
    }

    /**
     * Encodes for {@code images} pictures.
     *
     * @param guided whether to put the negative prompt's rows before
     */
    PromptEncoding encode(boolean guided, int images) throws StageException, InterruptedException {
        try {
            warnOfSecondPrompts();
            Side wanted = side(
                    "prompt",
                    prompt.prompt(),
                    prompt.prompt2(),
                    prompt.clipSkip().orElse(0));
            if (!guided) {
                return encoding(List.of(wanted), images);
            }
            return encoding(List.of(unwanted(wanted), wanted), images);
        } catch (DeviceException e) {
            throw Failures.of(e);
        }
    }

    /** {@code clip_skip} does not count here, as in diffusers. */
    private Side unwanted(Side wanted) throws DeviceException, InterruptedException {
        if (prompt.negativePrompt().isEmpty() && run.model().xl().forceZerosForEmptyPrompt()) {
            return wanted.zeros();
        }
        return side("negative_prompt", prompt.negativePrompt().orElse(""), prompt.negativePrompt2(), 0);
    }

    private Side side(String field, String text, Optional<String> text2, int skipped)
            throws DeviceException, InterruptedException {
        ModelNetworks networks = run.device().networks(run.model());
        // Python's `prompt_2 or prompt`: an empty one counts as absent
        Optional<String> second = text2.filter(given -> !given.isEmpty() && networks.texts() > 1);
        Side both = encoded(networks, 0, field, text, skipped);
        if (networks.texts() > 1) {
            Side projected =
                    encoded(networks, 1, second.isPresent() ? field + "_2" : field, second.orElse(text), skipped);
            both = new Side(beside(both.hidden(), projected.hidden()), projected.pooled());
        }
        return both;
    }

    private Side encoded(ModelNetworks networks, int encoder, String field, String text, int skipped)
            throws DeviceException, InterruptedException {
        Tokens tokens = PromptEncoding.tokens(networks.tokenizer(encoder), field, text, run.warnings());
        Timed<TextEncoder.Encoding> states = networks.textEncoder(encoder).beforeLast(List.of(tokens), skipped);
        deviceNanos += states.deviceNanos();
        return new Side(states.value().hidden(), states.value().pooled().orElse(Tensor.zeros(1, 0)));
    }

    private PromptEncoding encoding(List<Side> sides, int images) {
        return new PromptEncoding(
                Tensor.concat(sides.stream().map(Side::hidden).toList()).interleaveRows(images),
                Optional.of(
                        Tensor.concat(sides.stream().map(Side::pooled).toList()).interleaveRows(images)),
                deviceNanos);
    }

    private void warnOfSecondPrompts() {
        if (run.model().texts().size() == 1
                && (prompt.prompt2().isPresent() || prompt.negativePrompt2().isPresent())) {
            run.warnings().add("prompt_2 and negative_prompt_2 are not used: this model has one text encoder.");
        }
    }

    /** {@code [1, tokens, a + b]}. */
    private static Tensor beside(Tensor left, Tensor right) {
        int tokens = left.dimension(1);
        int leftWidth = left.dimension(2);
        int rightWidth = right.dimension(2);
        Tensor both = Tensor.zeros(1, tokens, leftWidth + rightWidth);
        for (int token = 0; token < tokens; token++) {
            int start = token * (leftWidth + rightWidth);
            System.arraycopy(left.data(), token * leftWidth, both.data(), start, leftWidth);
            System.arraycopy(right.data(), token * rightWidth, both.data(), start + leftWidth, rightWidth);
        }
        return both;
    }
}
