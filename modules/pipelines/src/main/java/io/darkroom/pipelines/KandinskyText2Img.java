package io.darkroom.pipelines;

import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.model.ModelFolder;

/**
 * Text to image with Kandinsky 2.2: the prior makes an image embedding, the decoder a picture of it (Razzhigaev et al.,
 * "Kandinsky", arXiv:2310.03502). diffusers: {@code KandinskyV22CombinedPipeline}. Draws: the prior's, latents {@code [images,
 * channels, h, w]}, then the sampler's, all from the same generators. With embeddings that were made before ({@code
 * KandinskyV22Pipeline}) the prior draws nothing here, so that the same seed gives another picture.
 */
final class KandinskyText2Img {
    private KandinskyText2Img() {}

    static StageOutcome run(StageRun run, StageCall.KandinskyText2Img call, Limits limits)
            throws StageException, StageCancelledException, InterruptedException {
        KandinskyDecoder.require(call.sampling());
        ModelFolder model = call.model();
        int images = limits.images(
                switch (call.embeddings()) {
                    case EmbeddingSource.OfPrompt _ -> call.numImagesPerPrompt();
                    case EmbeddingSource.Made(var made) ->
                        Math.multiplyExact((long) made.count(), call.numImagesPerPrompt());
                });
        LatentSize size = size(run, call, limits);
        Sampler sampler = SamplerChoice.of(model, call.sampling());
        Draws draws = Draws.of(call.seeds(), images);

        Picture.Embeddings embeddings =
                KandinskyDecoder.embeddings(run, call.prompt(), call.embeddings(), images, sampler.calls(), draws);
        Tensor latents = draws.source()
                .draw(images, model.latentChannels(), size.height(), size.width())
                .times(sampler.initNoiseSigma());
        return KandinskyDecoder.denoise(run, call.sampling(), embeddings, sampler, draws.source(), latents);
    }

    /** Rounded up so that the latents divide by the factor too. */
    private static LatentSize size(StageRun run, StageCall.KandinskyText2Img call, Limits limits)
            throws StageException {
        int factor = run.model().vaeScaleFactor();
        int width = roundedUp("width", call.width(), factor * factor);
        int height = roundedUp("height", call.height(), factor * factor);
        if (width != call.width() || height != call.height()) {
            run.warnings()
                    .add("The size %dx%d was rounded up to %dx%d, multiples of %d."
                            .formatted(call.width(), call.height(), width, height, factor * factor));
        }
        limits.requirePixels("width", (long) width * height);
        return LatentSize.requireFitting(run.model(), width, height);
    }

    private static int roundedUp(String field, int pixels, int multiple) throws StageException {
        if (pixels < 1) {
            throw StageException.user(field, pixels + " is below 1");
        }
        return Math.ceilDiv(pixels, multiple) * multiple;
    }
}
