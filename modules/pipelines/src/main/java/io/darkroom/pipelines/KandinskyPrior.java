package io.darkroom.pipelines;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.sampler.SamplerOptionException;
import io.darkroom.diffusion.sampler.SamplerRun;
import io.darkroom.diffusion.sampler.Samplers;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.batch.UNet;
import io.darkroom.inference.device.DeviceException;
import io.darkroom.inference.device.PriorNetworks;
import io.darkroom.inference.device.TextEncoder;
import io.darkroom.inference.device.Timed;
import io.darkroom.inference.model.PriorPart;
import io.darkroom.inference.text.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * From a text to an image embedding: the diffusion prior of Ramesh et al., "Hierarchical Text-Conditional Image Generation
 * with CLIP Latents" (arXiv:2204.06125), section 2.2. diffusers: {@code KandinskyV22PriorPipeline}. Draws: embeddings
 * {@code [images, width]}, then the sampler's; with a negative prompt twice as many rows, since it is given an embedding of
 * its own. Without one, a black picture's embedding stands for it.
 */
final class KandinskyPrior {
    private final StageRun run;
    private final PriorNetworks networks;
    private final PriorPart part;
    private final Sampler sampler;
    private final double guidanceScale;

    /**
     * @param field what the request's names begin with: {@code prior_} in a stage that decodes too
     */
    KandinskyPrior(StageRun run, PriorNetworks networks, PriorSampling sampling, String field) throws StageException {
        this.run = run;
        this.networks = networks;
        this.part = networks.part();
        this.sampler = sampler(part, sampling, field);
        this.guidanceScale = sampling.guidanceScale();
    }

    /** A stage of its own. */
    static PriorOutcome run(StageRun run, PriorNetworks networks, PriorCall call, Limits limits)
            throws StageException, StageCancelledException, InterruptedException {
        int images = limits.images(call.numImagesPerPrompt());
        KandinskyPrior prior = new KandinskyPrior(run, networks, call.sampling(), "");
        Picture.Embeddings embeddings = prior.embeddings(call.prompt(), images, Draws.of(call.seeds(), images));
        return new PriorOutcome(embeddings, run.warnings(), run.timings());
    }

    private static Sampler sampler(PriorPart part, PriorSampling sampling, String field) throws StageException {
        try {
            return Samplers.create(part.samplerConfig(), SamplerRun.ofSteps(sampling.numInferenceSteps()));
        } catch (SamplerOptionException e) {
            throw StageException.user(field + e.option(), e.problem());
        }
    }

    /** How often the network is called. */
    int calls() {
        return sampler.calls();
    }

    /**
     * @param images how many embeddings
     */
    Picture.Embeddings embeddings(Prompt prompt, int images, Draws draws)
            throws StageException, StageCancelledException, InterruptedException {
        boolean negative = prompt.negativePrompt().isPresent();
        if (negative && draws.perImage()) {
            throw StageException.user(
                    "seed",
                    "the negative prompt's embeddings are drawn with the same generators, which one for each picture"
                            + " cannot do; give one seed, or leave out negative_prompt");
        }
        int rows = negative ? 2 * images : images;
        Denoising.Conditions conditions = conditions(prompt, rows);
        NoiseSource noise = draws.source();
        Tensor start = noise.draw(rows, part.width()).times(sampler.initNoiseSigma());
        Tensor denoised = run.advance(network(), Preconditioning.OF_SAMPLER, conditions, sampler, noise, start);
        Tensor embeddings = denoised.times(repeated(part.statistics().deviation(), rows))
                .plus(repeated(part.statistics().mean(), rows));
        return negative
                ? new Picture.Embeddings(embeddings.rows(0, images), embeddings.rows(images, rows))
                : new Picture.Embeddings(embeddings, ofNothing().repeatRows(images));
    }

    /** With a negative prompt the second half of the rows is its own, guided away from itself. */
    private Denoising.Conditions conditions(Prompt prompt, int rows) throws StageException, InterruptedException {
        String unwanted = prompt.negativePrompt().orElse("");
        Text both = encode(prompt.prompt(), unwanted);
        Text wanted = both.row(0);
        Text empty = both.row(1);
        Text conditional = prompt.negativePrompt().isPresent()
                ? wanted.times(rows / 2).then(empty.times(rows / 2))
                : wanted.times(rows);
        boolean guided = guidanceScale > 1;
        Text text = guided ? empty.times(rows).then(conditional) : conditional;
        return new Denoising.Conditions(text.inputs(), guided, guidanceScale);
    }

    private Text encode(String wanted, String unwanted) throws StageException, InterruptedException {
        try {
            List<Tokens> tokens = List.of(
                    PromptEncoding.tokens(networks.tokenizer(), "prompt", wanted, run.warnings()),
                    PromptEncoding.tokens(networks.tokenizer(), "negative_prompt", unwanted, run.warnings()));
            Timed<TextEncoder.Encoding> encoded = run.shared()
                    .texts(0, "projected", tokens, () -> networks.textEncoder().projected(tokens));
            run.spent(encoded.deviceNanos());
            TextEncoder.Encoding encoding = encoded.value();
            return new Text(encoding.pooled().orElseThrow(), encoding.hidden(), mask(tokens));
        } catch (DeviceException e) {
            throw Failures.of(e);
        }
    }

    private static Tensor mask(List<Tokens> prompts) {
        int length = prompts.getFirst().ids().length;
        float[] mask = new float[prompts.size() * length];
        for (int row = 0; row < prompts.size(); row++) {
            int from = row * length;
            Arrays.fill(mask, from, from + prompts.get(row).used(), 1);
        }
        return Tensor.of(mask, prompts.size(), length);
    }

    private UNet network() throws StageException {
        try {
            return networks.network();
        } catch (DeviceException e) {
            throw Failures.of(e);
        }
    }

    private Tensor ofNothing() throws StageException {
        try {
            return networks.ofNothing();
        } catch (DeviceException e) {
            throw Failures.of(e);
        }
    }

    private static Tensor repeated(List<Double> numbers, int rows) {
        float[] row = new float[numbers.size()];
        for (int i = 0; i < row.length; i++) {
            row[i] = numbers.get(i).floatValue();
        }
        return Tensor.of(row, 1, row.length).repeatRows(rows);
    }

    /**
     * Prompts as the prior's network takes them.
     *
     * @param projected {@code [rows, width]}
     * @param hidden {@code [rows, tokens, width]}
     * @param mask {@code [rows, tokens]}, 0 for padding
     */
    private record Text(Tensor projected, Tensor hidden, Tensor mask) {
        Text row(int index) {
            return new Text(projected.row(index), hidden.row(index), mask.row(index));
        }

        Text times(int rows) {
            return new Text(projected.repeatRows(rows), hidden.repeatRows(rows), mask.repeatRows(rows));
        }

        Text then(Text next) {
            return new Text(
                    Tensor.concat(List.of(projected, next.projected)),
                    Tensor.concat(List.of(hidden, next.hidden)),
                    Tensor.concat(List.of(mask, next.mask)));
        }

        Map<String, Tensor> inputs() {
            return Map.of("proj_embedding", projected, "encoder_hidden_states", hidden, "attention_mask", mask);
        }
    }
}
