package io.darkroom.pipelines;

import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.model.ModelFolder;

/**
 * Text to image with SDXL and ControlNets: Zhang et al. (arXiv:2302.05543). diffusers: {@code
 * StableDiffusionXLControlNetPipeline}. What {@code denoising_end} leaves out counts as steps of the ControlNets' windows.
 * Draws: as {@link StableDiffusionXlText2Img}.
 */
final class StableDiffusionXlControlNet {
    private StableDiffusionXlControlNet() {}

    static StageOutcome run(StageRun run, StageCall.Text2Img call, Limits limits)
            throws StageException, StageCancelledException, InterruptedException {
        ModelFolder model = call.model();
        int images = limits.images(call.numImagesPerPrompt());
        ControlNets nets = ControlNets.of(run, call.controls(), 1);
        LatentSize size = ControlNets.size(call, limits);
        Sampler whole = SamplerChoice.of(model, call.sampling());
        int steps = whole.calls();
        Sampler sampler = call.sampling().span().toEnd(whole, SamplerChoice.trainTimesteps(model, call.sampling()));
        Draws draws = Draws.of(call.seeds(), images);

        StableDiffusionXlTimeIds timeIds = StableDiffusionXlTimeIds.ofText2Img(call.micro(), size.pixels(model));
        Denoising.Conditions conditions = StableDiffusionXl.conditions(run, call, images, timeIds::alternatingRows);
        Tensor latents = draws.source()
                .draw(images, model.latentChannels(), size.height(), size.width())
                .times(sampler.initNoiseSigma());
        return run.denoise(
                nets.unet(),
                nets.guidance(size, images, conditions.guided(), steps),
                conditions,
                sampler,
                draws.source(),
                latents);
    }
}
