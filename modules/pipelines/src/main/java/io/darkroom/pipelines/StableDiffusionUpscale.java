package io.darkroom.pipelines;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.sampler.TrainingNoise;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.images.RgbImage;
import io.darkroom.inference.model.LowResolution;
import io.darkroom.inference.model.ModelFolder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A picture of four times the size: the network is shown the small picture's pixels, made noisy, beside latents of as many
 * values in each direction, and is told how noisy they are (Ho et al., "Cascaded Diffusion Models", arXiv:2106.15282, section
 * 4.2; Rombach et al., arXiv:2112.10752, section 4.4). diffusers: {@code StableDiffusionUpscalePipeline}. Draws: noise {@code
 * [inputs, 3, h, w]} for the pixels, latents {@code [images, channels, h, w]}, then the sampler's.
 */
final class StableDiffusionUpscale {
    private StableDiffusionUpscale() {}

    static StageOutcome run(StageRun run, StageCall.Upscale call, Picture input, Limits limits)
            throws StageException, StageCancelledException, InterruptedException {
        ModelFolder model = call.model();
        int copies = call.numImagesPerPrompt();
        int images = limits.images(Math.multiplyExact((long) input.count(), copies));
        LowResolution lowResolution = model.lowResolution().orElseThrow();
        requireNoiseLevel(call.noiseLevel(), lowResolution);
        Sampler sampler = SamplerChoice.of(model, call.sampling());
        Draws draws = Draws.of(call.seeds(), images);
        Tensor pixels = pixels(run, input, limits);
        Denoising.Conditions conditions =
                withNoiseLevel(StableDiffusion.conditions(run, call, images), call.noiseLevel());
        Tensor noisy = noisy(pixels, lowResolution, call.noiseLevel(), draws.source());
        Tensor latents = draws.source()
                .draw(images, model.latentChannels(), pixels.dimension(2), pixels.dimension(3))
                .times(sampler.initNoiseSigma());
        return run.denoise(
                new ChannelPreconditioning(noisy.repeatRows(copies)), conditions, sampler, draws.source(), latents);
    }

    private static void requireNoiseLevel(int level, LowResolution lowResolution) throws StageException {
        if (level < 0 || level > lowResolution.maxNoiseLevel()) {
            throw StageException.user(
                    "noise_level", level + " is outside 0.." + lowResolution.maxNoiseLevel() + " of this model");
        }
    }

    /** The small pictures in -1..1; each of their pixels becomes one latent. */
    private static Tensor pixels(StageRun run, Picture input, Limits limits) throws StageException {
        if (!(input instanceof Picture.Images(List<RgbImage> images))) {
            throw StageException.user("input", "the upscaler by four starts from pixels; decode the latents first");
        }
        VaeCoding vae = new VaeCoding(run.device(), run.model());
        List<RgbImage> fitted = vae.fit(images, VaeCoding.Resampling.BICUBIC, run.warnings());
        LatentSize.requirePixelsAsLatents(run.model(), fitted.getFirst(), limits);
        return VaeCoding.tensor(fitted);
    }

    private static Tensor noisy(Tensor pixels, LowResolution lowResolution, int level, NoiseSource noise) {
        return TrainingNoise.of(lowResolution.schedule()).mixed(pixels, noise.draw(pixels.shape()), level);
    }

    /** Guided rows are told the same level as the others. */
    private static Denoising.Conditions withNoiseLevel(Denoising.Conditions text, int level) {
        float[] levels = new float[text.inputs().get("encoder_hidden_states").rows()];
        Arrays.fill(levels, level);
        Map<String, Tensor> inputs = new HashMap<>(text.inputs());
        inputs.put("class_labels", Tensor.of(levels, levels.length));
        return new Denoising.Conditions(inputs, text.guided(), text.guidanceScale());
    }
}
