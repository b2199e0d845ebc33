package io.darkroom.pipelines;

import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.model.ModelFolder;

/**
 * Text to image: Rombach et al., "High-Resolution Image Synthesis with Latent Diffusion Models"
 * (arXiv:2112.10752). diffusers: {@code StableDiffusionPipeline}. Draws: latents {@code [images,
 * channels, h, w]}, then the sampler's.
 */
final class StableDiffusionText2Img {
    private StableDiffusionText2Img() {}

    static StageOutcome run(StageRun run, StageCall.Text2Img call, Limits limits)
            throws StageException, StageCancelledException, InterruptedException {
        ModelFolder model = call.model();
        int images = limits.images(call.numImagesPerPrompt());
        LatentSize size = LatentSize.ofPixels(model, call.width(), call.height(), limits);
        Sampler sampler = SamplerChoice.of(model, call.sampling());
        Draws draws = Draws.of(call.seeds(), images);

        Denoising.Conditions conditions = StableDiffusion.conditions(run, call, images);
        Tensor latents = draws.source()
                .draw(images, model.latentChannels(), size.height(), size.width())
                .times(sampler.initNoiseSigma());
        return run.denoise(Preconditioning.OF_SAMPLER, conditions, sampler, draws.source(), latents);
    }
}
