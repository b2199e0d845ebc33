package io.darkroom.pipelines;

import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.images.Resize;
import io.darkroom.images.RgbImage;
import io.darkroom.inference.model.ModelFolder;
import java.util.ArrayList;
import java.util.List;

/**
 * Image to image with Kandinsky 2.2: the prior makes an image embedding of the prompt, and the decoder starts from the noisy
 * latents of the input. diffusers: {@code KandinskyV22Img2ImgCombinedPipeline}, or with embeddings that were made before {@code
 * KandinskyV22Img2ImgPipeline}. Draws: the prior's if it is in this stage, noise {@code [images,
 * channels, h, w]}, then the sampler's, all from the same generators; MoVQ has no posterior.
 *
 * <p>diffusers takes width for height when it resizes the input, and the picture comes out so: this does the same, and says it
 * in a warning.
 */
final class KandinskyImg2Img {
    private KandinskyImg2Img() {}

    static StageOutcome run(StageRun run, StageCall.KandinskyImg2Img call, Picture input, Limits limits)
            throws StageException, StageCancelledException, InterruptedException {
        KandinskyDecoder.require(call.sampling());
        ModelFolder model = call.model();
        requireAsMany(input, call.embeddings());
        int images = limits.images(Math.multiplyExact((long) input.count(), call.numImagesPerPrompt()));
        Sampler sampler = Strength.shortened(
                SamplerChoice.of(model, call.sampling()), call.sampling().numInferenceSteps(), call.strength());
        Draws draws = Draws.of(call.seeds(), images);
        List<RgbImage> fitted = fit(run, call.width(), call.height(), input, limits);

        Picture.Embeddings embeddings =
                KandinskyDecoder.embeddings(run, call.prompt(), call.embeddings(), images, sampler.calls(), draws);
        Tensor clean = repeated(clean(run, fitted), call);
        Tensor noise = draws.source().draw(clean.shape());
        return KandinskyDecoder.denoise(
                run, call.sampling(), embeddings, sampler, draws.source(), sampler.addNoise(clean, noise));
    }

    private static void requireAsMany(Picture input, EmbeddingSource source) throws StageException {
        if (source instanceof EmbeddingSource.Made(var made) && made.count() != input.count()) {
            throw StageException.user(
                    "image_embeds",
                    made.count() + " embeddings for " + input.count() + " pictures; there must be one for each");
        }
    }

    /** The combined pipeline repeats the list of pictures, the decoder's own each picture. */
    private static Tensor repeated(Tensor latents, StageCall.KandinskyImg2Img call) {
        return switch (call.embeddings()) {
            case EmbeddingSource.OfPrompt _ -> latents.repeatRows(call.numImagesPerPrompt());
            case EmbeddingSource.Made _ -> latents.interleaveRows(call.numImagesPerPrompt());
        };
    }

    private static List<RgbImage> fit(StageRun run, int width, int height, Picture input, Limits limits)
            throws StageException {
        if (!(input instanceof Picture.Images(List<RgbImage> images))) {
            throw StageException.user("input", "Kandinsky starts from pixels; decode the latents first");
        }
        int factor = run.model().vaeScaleFactor();
        int wide = height / factor * factor;
        int high = width / factor * factor;
        limits.requirePixels("width", (long) wide * high);
        LatentSize.requireFitting(run.model(), wide, high);
        if (wide != high) {
            run.warnings()
                    .add("The picture is %d wide and %d high: diffusers' pipeline swaps width and height."
                            .formatted(wide, high));
        }
        List<RgbImage> fitted = new ArrayList<>();
        for (RgbImage image : images) {
            fitted.add(Resize.bicubicAfterReducing(image, wide, high));
        }
        return fitted;
    }

    private static Tensor clean(StageRun run, List<RgbImage> fitted) throws StageException, InterruptedException {
        return run.moments(new VaeCoding(run.device(), run.model()), VaeCoding.tensor(fitted));
    }
}
