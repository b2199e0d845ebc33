package io.darkroom.pipelines;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.images.Resize;
import io.darkroom.images.RgbImage;
import io.darkroom.inference.model.ModelFamily;
import io.darkroom.inference.model.ModelFolder;
import java.util.List;

/**
 * A part of a picture painted anew. diffusers: {@code StableDiffusionInpaintPipeline}. A network made for it is shown the mask
 * and the latents of the picture without what is masked; any other one has the rest of the picture put back after each step.
 *
 * <p>Draws: the posterior {@code [inputs, ...]} of the picture if it is needed (strength below 1, or an ordinary network),
 * noise {@code [images, ...]}, the posterior of the masked picture even where nobody looks at it, then the sampler's.
 */
final class StableDiffusionInpaint {
    private StableDiffusionInpaint() {}

    static StageOutcome run(StageRun run, StageCall.Inpaint call, Picture input, Limits limits)
            throws StageException, StageCancelledException, InterruptedException {
        ModelFolder model = call.model();
        int images = limits.images(Math.multiplyExact((long) input.count(), call.numImagesPerPrompt()));
        LatentSize size = LatentSize.ofPixels(model, call.width(), call.height(), limits);
        Sampler sampler = Strength.shortened(
                SamplerChoice.of(model, model.inpaintingSamplerConfig(), call.sampling()),
                call.sampling().numInferenceSteps(),
                call.strength());
        Draws draws = Draws.of(call.seeds(), images);
        Denoising.Conditions conditions = StableDiffusion.conditions(run, call, images);
        return new Inpainting(run, call, draws.source(), images, size, pixels(run, input, size))
                .denoise(conditions, sampler);
    }

    /** The pictures at the size that comes out, in -1..1. */
    private static Tensor pixels(StageRun run, Picture input, LatentSize size) throws StageException {
        if (!(input instanceof Picture.Images(List<RgbImage> images))) {
            throw StageException.user("input", "inpainting starts from pixels; decode the latents first");
        }
        int factor = run.model().vaeScaleFactor();
        return VaeCoding.tensor(images.stream()
                .map(image -> Resize.lanczos(image, size.width() * factor, size.height() * factor))
                .toList());
    }

    /** One stage, once its inputs are ready. */
    private record Inpainting(
            StageRun run, StageCall.Inpaint call, NoiseSource noise, int images, LatentSize size, Tensor pixels) {
        StageOutcome denoise(Denoising.Conditions conditions, Sampler sampler)
                throws StageException, StageCancelledException, InterruptedException {
            ModelFolder model = run.model();
            boolean showsMask = model.family() == ModelFamily.STABLE_DIFFUSION_INPAINT;
            boolean fromNoise = call.strength() == 1;
            Mask mask = Mask.of(call.mask(), pixels.dimension(3), pixels.dimension(2));
            Mask small = mask.ofLatents(model.vaeScaleFactor());

            Tensor picture = showsMask && fromNoise ? latentZeros() : latents(pixels);
            Tensor start = noise.draw(images, model.latentChannels(), size.height(), size.width());
            Tensor latents = fromNoise ? start.times(sampler.initNoiseSigma()) : sampler.addNoise(picture, start);
            Preconditioning preconditioning;
            if (showsMask) {
                Tensor around = latents(mask.choose(Tensor.zeros(pixels.shape()), pixels));
                preconditioning = new ChannelPreconditioning(
                        Channels.beside(small.values().repeatRows(images), around));
            } else {
                noise.draw(pixels.rows(), model.latentChannels(), size.height(), size.width());
                preconditioning = new KnownSurroundings(picture, start, small);
            }
            return run.denoise(preconditioning, conditions, sampler, noise, latents);
        }

        /** Draws from the posterior of some pictures; one row per image that comes out: i0 i1 i0 i1. */
        private Tensor latents(Tensor of) throws StageException, InterruptedException {
            VaeCoding vae = new VaeCoding(run.device(), run.model());
            return vae.draw(run.moments(vae, of), noise).repeatRows(images / of.rows());
        }

        /** Stands for latents that nobody looks at, and that diffusers does not draw. */
        private Tensor latentZeros() {
            return Tensor.zeros(images, run.model().latentChannels(), size.height(), size.width());
        }
    }
}
