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
    private StableDiffusionText() {}

    static PromptEncoding encode(StageRun run, Prompt prompt, boolean guided, int images)
            throws StageException, InterruptedException {
        try {
            ModelNetworks networks = run.device().networks(run.model());
            int skipped = prompt.clipSkip().orElse(0);
            if (skipped == 0) {
                return PromptEncoding.of(networks, prompt, guided, images, TextEncoder::lastNormed, run.warnings());
            }
            PromptEncoding wanted = skipping(run, networks, prompt, skipped, images);
            return guided ? behindUnwanted(run, networks, prompt, images, wanted) : wanted;
        } catch (DeviceException e) {
            throw Failures.of(e);
        }
    }

    private static PromptEncoding skipping(StageRun run, ModelNetworks networks, Prompt prompt, int skipped, int images)
            throws StageException, DeviceException, InterruptedException {
        Tokens tokens = PromptEncoding.tokens(networks.tokenizer(0), "prompt", prompt.prompt(), run.warnings());
        int layers = run.model().texts().getFirst().layers() - skipped;
        Timed<TextEncoder.Encoding> states = networks.textEncoder(0)
                .normedAfter(layers, List.of(tokens))
                .orElseThrow(() -> StageException.user(
                        "clip_skip",
                        "this model's text encoder does not show its layers; export it again with opset 17 or later"));
        return new PromptEncoding(
                states.value().hidden().interleaveRows(images), Optional.empty(), states.deviceNanos());
    }

    private static PromptEncoding behindUnwanted(
            StageRun run, ModelNetworks networks, Prompt prompt, int images, PromptEncoding wanted)
            throws DeviceException, InterruptedException {
        Tokens tokens = PromptEncoding.tokens(
                networks.tokenizer(0),
                "negative_prompt",
                prompt.negativePrompt().orElse(""),
                run.warnings());
        Timed<TextEncoder.Encoding> unwanted = networks.textEncoder(0).lastNormed(List.of(tokens));
        return new PromptEncoding(
                Tensor.concat(List.of(unwanted.value().hidden().interleaveRows(images), wanted.hidden())),
                Optional.empty(),
                wanted.deviceNanos() + unwanted.deviceNanos());
    }
}
