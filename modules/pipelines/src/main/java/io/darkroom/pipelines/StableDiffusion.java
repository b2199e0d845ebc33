package io.darkroom.pipelines;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.device.DeviceException;
import io.darkroom.inference.device.ModelNetworks;
import io.darkroom.inference.device.TextEncoder;
import io.darkroom.inference.model.UNetShape;
import java.util.HashMap;
import java.util.Map;

/**
 * What Stable Diffusion's text-to-image and image-to-image share: the text's conditions and the
 * denoising.
 */
final class StableDiffusion {
    private StableDiffusion() {}

    /** The conditions of a batch, and whether it is guided. */
    record Conditions(Map<String, Tensor> inputs, boolean guided) {}

    /**
     * Encodes the prompt for a batch. Guidance is on above a scale of 1, unless the network takes
     * the scale as an input.
     *
     * @param images rows of the batch, without those for guidance
     */
    static Conditions conditions(StageRun run, StageCall call, int images) throws StageException, InterruptedException {
        UNetShape unet = run.model().unetShape();
        double scale = call.sampling().guidanceScale();
        boolean guided = scale > 1 && unet.timeCondChannels().isEmpty();
        try {
            ModelNetworks networks = run.device().networks(run.model());
            PromptEncoding text =
                    PromptEncoding.of(networks, call.prompt(), guided, images, TextEncoder::lastNormed, run.warnings());
            run.spent(text.deviceNanos());
            Map<String, Tensor> inputs = new HashMap<>();
            inputs.put("encoder_hidden_states", text.hidden());
            unet.timeCondChannels()
                    .ifPresent(channels -> inputs.put("timestep_cond", GuidanceEmbedding.of(scale, images, channels)));
            return new Conditions(inputs, guided);
        } catch (DeviceException e) {
            throw Failures.of(e);
        }
    }

    /** Denoises to the end. */
    static StageOutcome denoise(
            StageRun run, StageCall call, Sampler sampler, NoiseSource noise, Tensor latents, Conditions conditions)
            throws StageException, StageCancelledException, InterruptedException {
        try {
            Denoising task = new Denoising(
                    run.device().networks(run.model()).unet(),
                    sampler,
                    noise,
                    latents,
                    conditions.inputs(),
                    call.sampling().guidanceScale(),
                    conditions.guided(),
                    run.progress());
            return run.finish(task, task::latents);
        } catch (DeviceException e) {
            throw Failures.of(e);
        }
    }
}
