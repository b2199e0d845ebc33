package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.images.RgbImage;
import io.darkroom.inference.device.Device;
import io.darkroom.inference.device.PriorNetworks;
import io.darkroom.inference.device.Timed;
import io.darkroom.inference.model.ControlNetFolder;
import io.darkroom.inference.model.DepthFolder;
import io.darkroom.inference.model.ModelException;
import io.darkroom.inference.model.ModelFamily;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.inference.model.PriorFolder;
import io.darkroom.inference.model.ServedModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Runs stages on one device. Safe for many threads: each call blocks its own thread while the
 * device advances the stages of all callers together.
 */
public final class Pipelines {
    private final Device device;
    private final Limits limits;
    private final SafetyCheck safety;

    /** With the usual limits; pictures that should not be shown are black, as from diffusers. */
    public Pipelines(Device device) {
        this(device, PipelineLimits.DEFAULT);
    }

    public Pipelines(Device device, PipelineLimits limits) {
        this(device, limits, SafetyMode.BLANK);
    }

    public Pipelines(Device device, PipelineLimits limits, SafetyMode safety) {
        this.device = Objects.requireNonNull(device, "device");
        this.safety = new SafetyCheck(device, Objects.requireNonNull(safety, "safety"));
        this.limits = new Limits(Objects.requireNonNull(limits, "limits"));
    }

    /** Begins to load a model that a stage will soon be run with, while others run; one that is loaded stays as it is. */
    public void loadAhead(ModelFolder model) {
        device.networks(model).loadAhead();
    }

    /**
     * Runs one stage to its end.
     *
     * @param input what to start from; empty for text2img, needed for all others
     * @throws StageException if the stage cannot give a picture
     * @throws StageCancelledException if the listener asked for the end
     * @throws InterruptedException if the caller was interrupted; the stage leaves the batch at its
     *     next step
     */
    public StageOutcome run(StageCall call, Optional<Picture> input, StageListener listener)
            throws StageException, StageCancelledException, InterruptedException {
        return run(call, Adapters.NONE, input, listener);
    }

    /** The same with a model that is added to. */
    public StageOutcome run(StageCall call, Adapters adapters, Optional<Picture> input, StageListener listener)
            throws StageException, StageCancelledException, InterruptedException {
        return run(call, adapters, new SharedEncodings(), input, listener);
    }

    /**
     * The same for one of several runs of a stage.
     *
     * @param shared by all runs of the stage, whose calls have the same model
     */
    public StageOutcome run(
            StageCall call, Adapters adapters, SharedEncodings shared, Optional<Picture> input, StageListener listener)
            throws StageException, StageCancelledException, InterruptedException {
        limits.requireSampling(call.sampling());
        try (StageRun run = new StageRun(device, call.model(), adapters, shared, listener)) {
            return dispatch(call, input, run);
        } catch (RuntimeException e) {
            throw new StageException(StageException.Kind.INTERNAL, "the stage failed: " + e, e);
        }
    }

    private StageOutcome dispatch(StageCall call, Optional<Picture> input, StageRun run)
            throws StageException, StageCancelledException, InterruptedException {
        return switch (call) {
            case StageCall.Text2Img text2Img -> {
                requireFamily("text2img", call.model(), ModelFamily.STABLE_DIFFUSION, ModelFamily.STABLE_DIFFUSION_XL);
                if (input.isPresent()) {
                    throw StageException.user("input", "text2img takes none; use img2img");
                }
                if (!text2Img.controls().isEmpty()) {
                    requireControllable(text2Img);
                    yield call.model().family().isXl()
                            ? StableDiffusionXlControlNet.run(run, text2Img, limits)
                            : StableDiffusionControlNet.run(run, text2Img, limits);
                }
                yield call.model().family().isXl()
                        ? StableDiffusionXlText2Img.run(run, text2Img, limits)
                        : StableDiffusionText2Img.run(run, text2Img, limits);
            }
            case StageCall.Img2Img img2Img -> {
                requireFamily(
                        "img2img",
                        call.model(),
                        ModelFamily.STABLE_DIFFUSION,
                        ModelFamily.STABLE_DIFFUSION_XL,
                        ModelFamily.STABLE_DIFFUSION_XL_REFINER);
                Picture start = required("img2img", input);
                if (!img2Img.controls().isEmpty()) {
                    requireControllable(img2Img);
                    yield call.model().family().isXl()
                            ? StableDiffusionXlControlNetImg2Img.run(run, img2Img, start, limits)
                            : StableDiffusionControlNetImg2Img.run(run, img2Img, start, limits);
                }
                yield call.model().family().isXl()
                        ? StableDiffusionXlImg2Img.run(run, img2Img, start, limits)
                        : StableDiffusionImg2Img.run(run, img2Img, start, limits);
            }
            case StageCall.Inpaint inpaint -> {
                if (call.model().family() != ModelFamily.STABLE_DIFFUSION_INPAINT) {
                    requireFamily("inpainting", call.model(), ModelFamily.STABLE_DIFFUSION);
                }
                yield StableDiffusionInpaint.run(run, inpaint, required("inpainting", input), limits);
            }
            case StageCall.KandinskyText2Img text2Img -> {
                requireFamily("text2img", call.model(), ModelFamily.KANDINSKY, ModelFamily.KANDINSKY_DECODER);
                if (input.isPresent()) {
                    throw StageException.user("input", "text2img takes none; use img2img");
                }
                yield KandinskyText2Img.run(run, text2Img, limits);
            }
            case StageCall.KandinskyImg2Img img2Img -> {
                requireFamily("img2img", call.model(), ModelFamily.KANDINSKY, ModelFamily.KANDINSKY_DECODER);
                yield KandinskyImg2Img.run(run, img2Img, required("img2img", input), limits);
            }
            case StageCall.LatentUpscale upscale -> {
                requireFamily("upscale", call.model(), ModelFamily.LATENT_UPSCALE);
                yield LatentUpscaleX2.run(run, upscale, required("upscale", input), limits);
            }
            case StageCall.Upscale upscale -> {
                requireFamily("upscale", call.model(), ModelFamily.UPSCALE);
                yield StableDiffusionUpscale.run(run, upscale, required("upscale", input), limits);
            }
        };
    }

    /**
     * Image embeddings, for a decoder in this stage's place in the chain or another's.
     *
     * @throws StageException if the model has no prior, or the prior cannot run so
     * @throws StageCancelledException if the listener asked for the end
     */
    public PriorOutcome prior(PriorCall call, StageListener listener)
            throws StageException, StageCancelledException, InterruptedException {
        limits.requireSampling(call.sampling());
        try (StageRun run = new StageRun(device, listener)) {
            return KandinskyPrior.run(run, priorOf(call.model()), call, limits);
        } catch (RuntimeException e) {
            throw new StageException(StageException.Kind.INTERNAL, "the stage failed: " + e, e);
        }
    }

    private PriorNetworks priorOf(ServedModel model) throws StageException {
        Optional<PriorNetworks> prior =
                switch (model) {
                    case PriorFolder folder -> Optional.of(device.prior(folder));
                    case ModelFolder folder -> device.networks(folder).prior();
                    case ControlNetFolder _, DepthFolder _ -> Optional.empty();
                };
        return prior.orElseThrow(() -> StageException.user(
                "model", "a prior stage needs a Kandinsky model with a prior, this one is " + model.describe()));
    }

    /** A depth map for each picture, of its size. */
    public Preprocessed depth(DepthFolder model, Picture.Images pictures) throws StageException, InterruptedException {
        for (RgbImage picture : pictures.images()) {
            limits.requirePixels("input", (long) picture.width() * picture.height());
        }
        return DepthEstimation.run(device, model, pictures);
    }

    /** Pixels of latents that belong to the model's VAE, shown to its safety checker if it has one. */
    public Decoded decode(ModelFolder model, Picture.Latents latents) throws StageException, InterruptedException {
        LatentSize.requireDecodable(model, latents, limits);
        return safety.checked(model, new VaeCoding(device, model).decode(latents));
    }

    /**
     * Latents of pixels, for a model whose VAE differs from that of the stage before.
     *
     * @param seeds the posterior's draw, one generator for all or one per picture
     */
    public Encoded encode(ModelFolder model, Picture.Images images, Seeds seeds)
            throws StageException, InterruptedException {
        long start = System.nanoTime();
        List<String> warnings = new ArrayList<>();
        Draws draws = Draws.of(seeds, limits.images(images.count()));
        VaeCoding vae = new VaeCoding(device, model);
        List<RgbImage> fitted = vae.fit(images.images(), VaeCoding.Resampling.LANCZOS, warnings);
        RgbImage first = fitted.getFirst();
        limits.requirePixels("image", (long) first.width() * first.height());
        Timed<Tensor> moments = vae.moments(fitted);
        Tensor latents = vae.draw(moments.value(), draws.source());
        try {
            return new Encoded(
                    new Picture.Latents(latents, model.vaeDigest()),
                    warnings,
                    new Timings(System.nanoTime() - start, 0, 0, moments.deviceNanos()));
        } catch (ModelException e) {
            throw Failures.of(e);
        }
    }

    private static void requireControllable(StageCall call) throws StageException {
        requireFamily("controlnet", call.model(), ModelFamily.STABLE_DIFFUSION, ModelFamily.STABLE_DIFFUSION_XL);
        if (call.sampling().guidanceRescale() != 0) {
            throw StageException.user("guidance_rescale", "there is none with ControlNets; leave it out");
        }
    }

    private static Picture required(String kind, Optional<Picture> input) throws StageException {
        return input.orElseThrow(
                () -> StageException.user("input", kind + " starts from a picture: name a stage or an image"));
    }

    private static void requireFamily(String kind, ModelFolder model, ModelFamily... families) throws StageException {
        if (!List.of(families).contains(model.family())) {
            throw StageException.user(
                    "model",
                    kind + " needs a model of the family "
                            + Arrays.stream(families).map(ModelFamily::name).collect(Collectors.joining(" or "))
                            + ", this one is "
                            + model.family());
        }
    }
}
