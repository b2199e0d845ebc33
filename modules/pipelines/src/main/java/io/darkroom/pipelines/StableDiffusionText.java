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
 * Stable Diffusion's text conditions: the last layer's states, normalised; with {@code clip_skip} those of an earlier
 * layer for the prompt, but never for the negative one. diffusers: {@code encode_prompt}.
 */
final class StableDiffusionText {
    private final StageRun run;
    private final Prompt prompt;
    private final ModelNetworks networks;
    private long deviceNanos;

    private StableDiffusionText(StageRun run, Prompt prompt) {
        this.run = run;
        this.prompt = prompt;
        this.networks = run.device().networks(run.model());
    }

    /**
     * Encodes for {@code images} pictures.
     *
     * @param guided whether to put the negative prompt's rows before
     */
    static PromptEncoding encode(StageRun run, Prompt prompt, boolean guided, int images)
            throws StageException, InterruptedException {
        try {
            StableDiffusionText text = new StableDiffusionText(run, prompt);
            if (prompt.syntax() == PromptSyntax.COMPEL) {
                return new PromptSides(run, text.networks, prompt).encode(guided, images);
            }
            return text.isPlain()
                    ? PromptEncoding.of(text.networks, prompt, guided, images, TextEncoder::lastNormed, run.warnings())
                    : text.encodeEach(guided, images);
        } catch (DeviceException e) {
            throw Failures.of(e);
        }
    }

    /** Whether both texts can share a call. */
    private boolean isPlain() {
        return prompt.embeds().isEmpty()
                && prompt.negativeEmbeds().isEmpty()
                && prompt.clipSkip().orElse(0) == 0;
    }

    private PromptEncoding encodeEach(boolean guided, int images)
            throws StageException, DeviceException, InterruptedException {
        TextStates wanted = wanted();
        if (!guided) {
            return PromptEncoding.of(List.of(wanted), images, deviceNanos);
        }
        TextStates unwanted = unwanted(wanted.tokens());
        PromptEncoding.requireSameTokens(wanted, unwanted);
        return PromptEncoding.of(List.of(unwanted, wanted), images, deviceNanos);
    }

    private TextStates wanted() throws StageException, DeviceException, InterruptedException {
        if (prompt.embeds().isPresent()) {
            return GivenStates.ofPrompt(run).checked(prompt.embeds().get());
        }
        Tokens tokens = PromptEncoding.tokens(networks.tokenizer(0), "prompt", prompt.prompt(), run.warnings());
        int skipped = prompt.clipSkip().orElse(0);
        return skipped == 0 ? lastNormed(tokens) : skipping(tokens, skipped);
    }

    private TextStates unwanted(int length) throws StageException, DeviceException, InterruptedException {
        if (prompt.negativeEmbeds().isPresent()) {
            return GivenStates.ofNegativePrompt(run)
                    .checked(prompt.negativeEmbeds().get());
        }
        return lastNormed(PromptEncoding.negativeTokens(networks.tokenizer(0), prompt, length, run.warnings()));
    }

    private TextStates lastNormed(Tokens tokens) throws DeviceException, InterruptedException {
        return states(networks.textEncoder(0).lastNormed(List.of(tokens)));
    }

    private TextStates skipping(Tokens tokens, int skipped)
            throws StageException, DeviceException, InterruptedException {
        int layers = run.model().texts().getFirst().layers() - skipped;
        return states(networks.textEncoder(0)
                .normedAfter(layers, List.of(tokens))
                .orElseThrow(() -> StageException.user(
                        "clip_skip",
                        "this model's text encoder does not show its layers; export it again with opset 17 or later")));
    }

    private TextStates states(Timed<TextEncoder.Encoding> encoded) {
        deviceNanos += encoded.deviceNanos();
        Tensor hidden = encoded.value().hidden();
        return new TextStates(hidden, Optional.empty());
    }
}
