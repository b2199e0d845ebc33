package io.darkroom.pipelines;

import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.images.RgbImage;
import java.util.List;

/**
 * Image to image: Meng et al., "SDEdit" (arXiv:2108.01073), in latent space. diffusers: {@code
 * StableDiffusionImg2ImgPipeline}. Draws: the posterior {@code [inputs, ...]} unless latents come
 * in, noise {@code [images, ...]}, then the sampler's. With one generator per image the inputs are
 * repeated before the posterior.
 */
final class StableDiffusionImg2Img {
    private StableDiffusionImg2Img() {}

    static StageOutcome run(StageRun run, StageCall.Img2Img call, Picture input, Limits limits)
            throws StageException, StageCancelledException, InterruptedException {
        int images = limits.images(Math.multiplyExact((long) input.count(), call.numImagesPerPrompt()));
        Sampler sampler = Strength.shortened(
                SamplerChoice.of(call.model(), call.sampling()), call.sampling().numInferenceSteps(), call.strength());
        Draws draws = Draws.of(call.seeds(), images);

        Denoising.Conditions conditions = StableDiffusion.conditions(run, call, images);
        Tensor clean = clean(run, call, input, draws, limits);
        Tensor noise = draws.source().draw(clean.shape());
        return run.denoise(
                Preconditioning.OF_SAMPLER, conditions, sampler, draws.source(), sampler.addNoise(clean, noise));
    }

    /** The input as scaled latents, one row per image that comes out: i0 i1 i0 i1. */
    static Tensor clean(StageRun run, StageCall.Img2Img call, Picture input, Draws draws, Limits limits)
            throws StageException, InterruptedException {
        int copies = call.numImagesPerPrompt();
        return switch (input) {
            case Picture.Embeddings _ -> throw Failures.noPicture();
            case Picture.Latents latents -> {
                LatentSize.require(call.model(), latents, limits, 1);
                yield latents.scaledLatents().repeatRows(copies);
            }
            case Picture.Images(List<RgbImage> images) -> {
                VaeCoding vae = new VaeCoding(run.device(), call.model());
                List<RgbImage> fitted = vae.fit(images, VaeCoding.Resampling.LANCZOS, run.warnings());
                LatentSize.ofImage(call.model(), fitted.getFirst(), limits, 1);
                Tensor moments = run.moments(vae, VaeCoding.tensor(fitted));
                yield draws.perImage()
                        ? vae.draw(moments.repeatRows(copies), draws.source())
                        : vae.draw(moments, draws.source()).repeatRows(copies);
            }
        };
    }
}
