package io.darkroom.pipelines;

import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.model.ModelFolder;

/**
 * Image to image with ControlNets: Zhang et al. (arXiv:2302.05543). diffusers: {@code
 * StableDiffusionControlNetImg2ImgPipeline}, with the control pictures at the input's size. Draws: as {@link
 * StableDiffusionImg2Img}.
 */
final class StableDiffusionControlNetImg2Img {
    private StableDiffusionControlNetImg2Img() {}

    static StageOutcome run(StageRun run, StageCall.Img2Img call, Picture input, Limits limits)
            throws StageException, StageCancelledException, InterruptedException {
        ModelFolder model = call.model();
        int images = limits.images(Math.multiplyExact((long) input.count(), call.numImagesPerPrompt()));
        ControlNets nets = ControlNets.of(run, call.controls(), input.count());
        Sampler sampler = Strength.shortened(
                SamplerChoice.of(model, model.uncorrectedSamplerConfig(), call.sampling()),
                call.sampling().numInferenceSteps(),
                call.strength());
        Draws draws = Draws.of(call.seeds(), images);

        Denoising.Conditions conditions = StableDiffusion.conditions(run, call, images);
        Tensor clean = StableDiffusionImg2Img.clean(run, call, input, draws, limits);
        LatentSize size = new LatentSize(clean.dimension(2), clean.dimension(3));
        Tensor noise = draws.source().draw(clean.shape());
        return run.denoise(
                nets.unet(),
                nets.guidance(size, images, conditions.guided(), sampler.calls()),
                conditions,
                sampler,
                draws.source(),
                sampler.addNoise(clean, noise));
    }
}
