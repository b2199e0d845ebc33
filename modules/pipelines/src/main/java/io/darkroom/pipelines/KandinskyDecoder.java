package io.darkroom.pipelines;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.device.PriorNetworks;
import java.util.List;
import java.util.Map;

/** What Kandinsky's text-to-image and image-to-image share once the embeddings are there. */
final class KandinskyDecoder {
    private static final String IMAGE_EMBEDS = "image_embeds";

    private KandinskyDecoder() {}

    /** Checks what neither of the two pipelines has. */
    static void require(Sampling sampling) throws StageException {
        if (sampling.guidanceRescale() != 0) {
            throw StageException.user("guidance_rescale", "Kandinsky has no such parameter; leave it out");
        }
        if (sampling.eta() != 0) {
            throw StageException.user("eta", "Kandinsky has no such parameter; leave it out");
        }
    }

    /**
     * The embeddings of a stage's pictures: made here, before all else that the stage draws, or given.
     *
     * @param images that the stage makes; as many as there are given embeddings, or a multiple
     * @param calls of the decoder that will follow
     */
    static Picture.Embeddings embeddings(
            StageRun run, Prompt prompt, EmbeddingSource source, int images, int calls, Draws draws)
            throws StageException, StageCancelledException, InterruptedException {
        return switch (source) {
            case EmbeddingSource.Made(Picture.Embeddings made) ->
                made.interleaved(images / requireWidth(run, made).count());
            case EmbeddingSource.OfPrompt(PriorSampling sampling) -> {
                PriorNetworks networks = run.networks()
                        .prior()
                        .orElseThrow(() -> StageException.user(
                                "image_embeds", "is missing: the model is a decoder alone; name a prior's stage"));
                KandinskyPrior prior = new KandinskyPrior(run, networks, sampling, "prior_");
                run.progress().part(0, calls);
                Picture.Embeddings embeddings = prior.embeddings(prompt, images, draws);
                run.progress().part(prior.calls(), 0);
                yield embeddings;
            }
        };
    }

    private static Picture.Embeddings requireWidth(StageRun run, Picture.Embeddings made) throws StageException {
        long wanted =
                run.model().unet().graph().input(IMAGE_EMBEDS).orElseThrow().dimension(1);
        int width = made.wanted().dimension(1);
        if (wanted > 0 && wanted != width) {
            throw StageException.user(
                    IMAGE_EMBEDS,
                    "the prior makes embeddings of " + width + " numbers, this decoder takes " + wanted
                            + "; name a prior that belongs to it");
        }
        return made;
    }

    static StageOutcome denoise(
            StageRun run,
            Sampling sampling,
            Picture.Embeddings embeddings,
            Sampler sampler,
            NoiseSource noise,
            Tensor latents)
            throws StageException, StageCancelledException, InterruptedException {
        boolean guided = sampling.guidanceScale() > 1;
        Tensor rows = guided ? Tensor.concat(List.of(embeddings.unwanted(), embeddings.wanted())) : embeddings.wanted();
        return run.denoise(
                new KandinskyPreconditioning(run.model().latentChannels()),
                new Denoising.Conditions(Map.of(IMAGE_EMBEDS, rows), guided, sampling.guidanceScale()),
                sampler,
                noise,
                latents);
    }
}
