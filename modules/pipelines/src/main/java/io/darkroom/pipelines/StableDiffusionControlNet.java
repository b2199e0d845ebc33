package io.darkroom.pipelines;

import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.model.ModelFolder;

/**
 * Text to image with ControlNets: Zhang et al., "Adding Conditional Control to Text-to-Image Diffusion Models"
 * (arXiv:2302.05543). diffusers: {@code StableDiffusionControlNetPipeline}, which takes the model's scheduler as its file
 * says, without the corrections of {@code StableDiffusionPipeline}. Draws: as {@link StableDiffusionText2Img}.
 */
final class StableDiffusionControlNet {
    private StableDiffusionControlNet() {}

    static StageOutcome run(StageRun run, StageCall.Text2Img call, Limits limits)
            throws StageException, StageCancelledException, InterruptedException {
        ModelFolder model = call.model();
        int images = limits.images(call.numImagesPerPrompt());
        ControlNets nets = ControlNets.of(run, call.controls(), 1);
        LatentSize size = ControlNets.size(call, limits);
        Sampler sampler = SamplerChoice.of(model, model.uncorrectedSamplerConfig(), call.sampling());
        Draws draws = Draws.of(call.seeds(), images);

        Denoising.Conditions conditions = StableDiffusion.conditions(run, call, images);
        Tensor latents = draws.source()
                .draw(images, model.latentChannels(), size.height(), size.width())
                .times(sampler.initNoiseSigma());
        return run.denoise(
                nets.unet(),
                nets.guidance(size, images, conditions.guided(), sampler.calls()),
                conditions,
                sampler,
                draws.source(),
                latents);
    }
}
