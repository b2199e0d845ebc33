package io.darkroom.pipelines;

import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.pipelines.MicroConditions.Pair;

/**
 * Image to image with SDXL's base and ControlNets: Zhang et al. (arXiv:2302.05543). diffusers: {@code
 * StableDiffusionXLControlNetImg2ImgPipeline}, with the control pictures at the input's size. Draws: as {@link
 * StableDiffusionXlImg2Img}.
 */
final class StableDiffusionXlControlNetImg2Img {
    private StableDiffusionXlControlNetImg2Img() {}

    static StageOutcome run(StageRun run, StageCall.Img2Img call, Picture input, Limits limits)
            throws StageException, StageCancelledException, InterruptedException {
        ModelFolder model = call.model();
        requireWholeWay(call.sampling().span());
        int images = limits.images(Math.multiplyExact((long) input.count(), call.numImagesPerPrompt()));
        ControlNets nets = ControlNets.of(run, call.controls(), input.count());
        Sampler sampler = Strength.shortened(
                SamplerChoice.of(model, call.sampling()), call.sampling().numInferenceSteps(), call.strength());
        Draws draws = Draws.of(call.seeds(), images);

        Tensor clean = StableDiffusionImg2Img.clean(run, call, input, draws, limits);
        Tensor latents = sampler.addNoise(clean, draws.source().draw(clean.shape()));
        LatentSize size = new LatentSize(clean.dimension(2), clean.dimension(3));
        Pair pixels = size.pixels(model);
        StableDiffusionXlTimeIds timeIds = StableDiffusionXlTimeIds.ofImg2Img(call.micro(), pixels);
        Denoising.Conditions conditions = StableDiffusionXl.conditions(run, call, images, timeIds::rows);
        return run.denoise(
                nets.unet(),
                nets.guidance(size, images, conditions.guided(), sampler.calls()),
                conditions,
                sampler,
                draws.source(),
                latents);
    }

    private static void requireWholeWay(DenoisingSpan span) throws StageException {
        if (span.start().isPresent()) {
            throw StageException.user("denoising_start", "image to image with ControlNets has none; leave it out");
        }
        if (span.end().isPresent()) {
            throw StageException.user("denoising_end", "image to image with ControlNets has none; leave it out");
        }
    }
}
