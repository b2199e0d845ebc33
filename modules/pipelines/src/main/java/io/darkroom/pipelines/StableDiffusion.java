package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.model.UNetShape;
import java.util.HashMap;
import java.util.Map;

/** What Stable Diffusion's text-to-image and image-to-image share: the text's conditions. */
final class StableDiffusion {
    private StableDiffusion() {}

    /**
     * Encodes the prompt for a batch. Guidance is on above a scale of 1, unless the network takes
     * the scale as an input.
     *
     * @param images rows of the batch, without those for guidance
     */
    static Denoising.Conditions conditions(StageRun run, StageCall call, int images)
            throws StageException, InterruptedException {
        UNetShape unet = run.model().unetShape();
        double scale = call.sampling().guidanceScale();
        boolean guided = scale > 1 && unet.timeCondChannels().isEmpty();
        ClipSkip.require(run.model(), call.prompt());
        PromptEncoding text = StableDiffusionText.encode(run, call.prompt(), guided, images);
        run.spent(text.deviceNanos());
        Map<String, Tensor> inputs = new HashMap<>();
        inputs.put("encoder_hidden_states", text.hidden());
        unet.timeCondChannels()
                .ifPresent(channels -> inputs.put("timestep_cond", GuidanceEmbedding.of(scale, images, channels)));
        return new Denoising.Conditions(inputs, guided, scale, call.sampling().guidanceRescale());
    }
}
