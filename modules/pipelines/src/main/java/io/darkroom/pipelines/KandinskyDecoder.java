package io.darkroom.pipelines;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** What Kandinsky's text-to-image and image-to-image share once the embeddings are there. */
final class KandinskyDecoder {
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

    static StageOutcome denoise(
            StageRun run,
            Sampling sampling,
            ImageEmbeddings embeddings,
            Sampler sampler,
            NoiseSource noise,
            Tensor latents)
            throws StageException, StageCancelledException, InterruptedException {
        boolean guided = sampling.guidanceScale() > 1;
        Tensor rows = guided ? Tensor.concat(List.of(embeddings.unwanted(), embeddings.wanted())) : embeddings.wanted();
        return run.denoise(
                new KandinskyPreconditioning(run.model().latentChannels()),
                new Denoising.Conditions(Map.of("image_embeds", rows), guided, sampling.guidanceScale()),
                sampler,
                noise,
                latents);
    }
}
