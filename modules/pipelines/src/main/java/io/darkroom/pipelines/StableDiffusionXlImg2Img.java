package io.darkroom.pipelines;

import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.pipelines.MicroConditions.Pair;

/**
 * Image to image with SDXL, base or refiner: Podell et al. (arXiv:2307.01952), section 2.5. diffusers: {@code
 * StableDiffusionXLImg2ImgPipeline}. Draws: the posterior {@code [inputs, ...]} unless latents come in, noise {@code
 * [images, ...]} unless {@code denoising_start} is given, then the sampler's.
 */
final class StableDiffusionXlImg2Img {
    private StableDiffusionXlImg2Img() {}

    static StageOutcome run(StageRun run, StageCall.Img2Img call, Picture input, Limits limits)
            throws StageException, StageCancelledException, InterruptedException {
        ModelFolder model = call.model();
        int images = limits.images(Math.multiplyExact((long) input.count(), call.numImagesPerPrompt()));
        int trainTimesteps = SamplerChoice.trainTimesteps(model, call.sampling());
        Sampler begun = begun(call, trainTimesteps);
        Draws draws = Draws.of(call.seeds(), images);

        Tensor clean = StableDiffusionImg2Img.clean(run, call, input, draws, limits);
        Tensor latents = call.sampling().span().continues()
                ? clean
                : begun.addNoise(clean, draws.source().draw(clean.shape()));
        // only now: an end before the first call leaves the noised input
        Sampler sampler = call.sampling().span().toEnd(begun, trainTimesteps);
        Pair size = new LatentSize(clean.dimension(2), clean.dimension(3)).pixels(model);
        StableDiffusionXlTimeIds timeIds = model.xl().requiresAestheticsScore()
                ? StableDiffusionXlTimeIds.ofRefiner(call.micro(), size)
                : StableDiffusionXlTimeIds.ofImg2Img(call.micro(), size);
        Denoising.Conditions conditions = StableDiffusionXl.conditions(run, call, images, timeIds::rows);
        return run.denoise(Preconditioning.OF_SAMPLER, conditions, sampler, draws.source(), latents);
    }

    /** With a start that cuts, the strength does not count. */
    private static Sampler begun(StageCall.Img2Img call, int trainTimesteps) throws StageException {
        Sampling sampling = call.sampling();
        DenoisingSpan span = sampling.span();
        Sampler whole = SamplerChoice.of(call.model(), sampling);
        return span.cutsStart()
                ? span.fromStart(whole, trainTimesteps)
                : Strength.shortened(whole, call.sampling().numInferenceSteps(), call.strength());
    }
}
