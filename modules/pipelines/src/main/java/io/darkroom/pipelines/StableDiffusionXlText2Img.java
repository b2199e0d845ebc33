package io.darkroom.pipelines;

import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.model.ModelFolder;

/**
 * Text to image with SDXL: Podell et al. (arXiv:2307.01952). diffusers: {@code StableDiffusionXLPipeline}. Draws: latents
 * {@code [images, channels, h, w]}, then the sampler's.
 */
final class StableDiffusionXlText2Img {
    private StableDiffusionXlText2Img() {}

    static StageOutcome run(StageRun run, StageCall.Text2Img call, Limits limits)
            throws StageException, StageCancelledException, InterruptedException {
        ModelFolder model = call.model();
        int images = limits.images(call.numImagesPerPrompt());
        LatentSize size = LatentSize.ofPixels(model, call.width(), call.height(), limits);
        Sampler sampler = call.sampling()
                .span()
                .toEnd(SamplerChoice.of(model, call.sampling()), SamplerChoice.trainTimesteps(model, call.sampling()));
        Draws draws = Draws.of(call.seeds(), images);

        StableDiffusionXlTimeIds timeIds = StableDiffusionXlTimeIds.ofText2Img(call.micro(), size.pixels(model));
        Denoising.Conditions conditions = StableDiffusionXl.conditions(run, call, images, timeIds::alternatingRows);
        Tensor latents = draws.source()
                .draw(images, model.latentChannels(), size.height(), size.width())
                .times(sampler.initNoiseSigma());
        return run.denoise(Preconditioning.OF_SAMPLER, conditions, sampler, draws.source(), latents);
    }
}
