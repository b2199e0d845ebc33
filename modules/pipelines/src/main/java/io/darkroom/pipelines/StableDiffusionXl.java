package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.model.UNetShape;
import java.util.HashMap;
import java.util.Map;

/** What SDXL's text-to-image and image-to-image share: the conditions of both texts and of the sizes. */
final class StableDiffusionXl {
    private StableDiffusionXl() {}

    /** Rows of {@code time_ids} for a batch. */
    interface TimeIds {
        Tensor rows(int images, boolean guided);
    }

    /**
     * Encodes the prompts for a batch. Guidance is on above a scale of 1, unless the network takes the scale as an input.
     *
     * @param images rows of the batch, without those for guidance
     */
    static Denoising.Conditions conditions(StageRun run, StageCall call, int images, TimeIds timeIds)
            throws StageException, InterruptedException {
        UNetShape unet = run.model().unetShape();
        Sampling sampling = call.sampling();
        double scale = sampling.guidanceScale();
        boolean guided = scale > 1 && unet.timeCondChannels().isEmpty();
        ClipSkip.require(run.model(), call.prompt());
        PromptEncoding text = StableDiffusionXlText.encode(run, call.prompt(), guided, images);
        run.spent(text.deviceNanos());
        Map<String, Tensor> inputs = new HashMap<>();
        inputs.put("encoder_hidden_states", text.hidden());
        inputs.put("text_embeds", text.pooled().orElseThrow());
        inputs.put("time_ids", timeIds.rows(images, guided));
        unet.timeCondChannels()
                .ifPresent(channels -> inputs.put("timestep_cond", GuidanceEmbedding.of(scale, images, channels)));
        return new Denoising.Conditions(inputs, guided, scale, sampling.guidanceRescale());
    }
}
