package io.darkroom.planner;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.wire.Variant;
import io.darkroom.contract.wire.WorkStage;
import java.util.Optional;
import java.util.Set;

/**
 * What a stage is expected to take of a device: good enough to share a pool between tenants and to tell an attempt that hangs
 * from one that works, not to foretell a time.
 *
 * @param units thousandths of what Stable Diffusion 1.5's UNet takes to be evaluated once for a picture of 64 x 64 pixels
 * @param pixels of each of the stage's pictures
 * @param drawn pixels that the stage draws, over all of its pictures; 0 for one that draws none
 * @param megapixelEvaluations evaluations of the network for all images, times their megapixels, times the model's weight: for the
 *     ceiling of a job, where a network smaller than Stable Diffusion 1.5's counts as much, since small ones run on small machines
 */
record StageCost(long units, long pixels, long drawn, double megapixelEvaluations) {
    /** Of a user's picture, whose size is not known before it is read. */
    static final long UNKNOWN_PIXELS = 512 * 512;

    /** The same where a job is held against its ceiling. */
    static final long CEILING_PIXELS = 1024 * 1024;

    /** Of one image, which workers refuse beyond. */
    static final long MOST_PIXELS = 2048 * 2048;

    private static final double MEGAPIXEL = 1e6;

    private static final long UNIT_PIXELS = 64 * 64;
    private static final double THOUSANDTHS = 1000;

    /** What a picture's way through the VAE, the filters and the files takes, in evaluations. */
    private static final double CODING = 1;

    /** A ControlNet is the half of a UNet that goes down. */
    private static final double CONTROL_NET = 0.5;

    /** Kandinsky's prior has a thousand million weights and 80 tokens, whatever the picture's size. */
    private static final double PRIOR_UNITS = 16;

    /** Samplers that evaluate the network twice in a step. */
    private static final Set<String> TWICE =
            Set.of("HeunDiscreteScheduler", "KDPM2DiscreteScheduler", "KDPM2AncestralDiscreteScheduler");

    /** Of nothing that could run: keeps sums of many from running over. */
    private static final long MOST_UNITS = 1L << 50;

    /**
     * @param images how many pictures the stage makes
     * @param inputPixels of each picture that it works on
     */
    static StageCost of(WorkStage work, int images, Optional<ModelEntry> model, long inputPixels) {
        long pixels = pixelsOf(work, inputPixels);
        double size = Math.max(1, (double) pixels / UNIT_PIXELS);
        double evaluations = images * (evaluations(work, model) + CODING) * weight(model) * size
                + images * priorSteps(work) * PRIOR_UNITS;
        long units = Math.round(Math.min(evaluations * THOUSANDTHS, MOST_UNITS));
        double seen = images * evaluations(work, model) * pixels / MEGAPIXEL;
        return new StageCost(
                Math.max(1, units), pixels, draws(work) ? images * pixels : 0, seen * Math.max(1, weight(model)));
    }

    private static double priorSteps(WorkStage work) {
        return work.hasPrior()
                ? work.getSampling().getNumInferenceSteps()
                : work.getSampling().getPriorNumInferenceSteps();
    }

    /** Of one picture; of one of the middle run for a stage with lists of values. */
    private static double evaluations(WorkStage work, Optional<ModelEntry> model) {
        if (!draws(work)) {
            return 0;
        }
        double runs = Math.max(1, work.getVariantsCount());
        double steps = work.getVariantsCount() == 0
                ? steps(work, Variant.getDefaultInstance())
                : work.getVariantsList().stream()
                                .mapToDouble(variant -> steps(work, variant))
                                .sum()
                        / runs;
        double inAStep = TWICE.contains(sampler(work, model)) ? 2 : 1;
        return steps * inAStep * (1 + CONTROL_NET * work.getControlnet().getNetsCount());
    }

    /** With guidance the network sees every picture twice. */
    private static double steps(WorkStage work, Variant variant) {
        double guidance = variant.hasGuidanceScale()
                ? variant.getGuidanceScale()
                : work.getSampling().getGuidanceScale();
        double part = variant.hasStrength() ? variant.getStrength() : strength(work);
        if (work.getSampling().hasDenoisingEnd()) {
            part = Math.min(part, work.getSampling().getDenoisingEnd());
        }
        if (work.getSampling().hasDenoisingStart()) {
            part = Math.max(0, part - work.getSampling().getDenoisingStart());
        }
        return Math.ceil(work.getSampling().getNumInferenceSteps() * part) * (guidance > 1 ? 2 : 1);
    }

    private static double strength(WorkStage work) {
        return switch (work.getKindCase()) {
            case IMG2IMG -> work.getImg2Img().getStrength();
            case INPAINT -> work.getInpaint().getStrength();
            default -> 1;
        };
    }

    private static String sampler(WorkStage work, Optional<ModelEntry> model) {
        return work.getSampling().getScheduler().isEmpty()
                ? model.flatMap(ModelEntry::scheduler)
                        .map(own -> String.valueOf(own.config().get("_class_name")))
                        .orElse("")
                : work.getSampling().getScheduler();
    }

    /** A pixel's, as a multiple of Stable Diffusion 1.5's: what the catalogue says, else what is usual in the family. */
    private static double weight(Optional<ModelEntry> model) {
        return model.map(known -> known.cost().orElseGet(() -> switch (known.family()) {
                    case STABLE_DIFFUSION, STABLE_DIFFUSION_INPAINTING, LATENT_UPSCALER, UPSCALER -> 1.0;
                    case STABLE_DIFFUSION_XL, STABLE_DIFFUSION_XL_REFINER -> 3.0;
                    case KANDINSKY, KANDINSKY_PRIOR, KANDINSKY_DECODER -> 1.5;
                    case DEPTH_ESTIMATOR, CONTROLNET, TEXTUAL_INVERSION, LORA -> 0.5;
                }))
                .orElse(0.1);
    }

    private static boolean draws(WorkStage work) {
        return switch (work.getKindCase()) {
            case TEXT2IMG, IMG2IMG, INPAINT, UPSCALE -> true;
            case DECODE, ENCODE, GRID, ANIMATION, CANNY, DEPTH, PRIOR, KIND_NOT_SET -> false;
        };
    }

    private static long pixelsOf(WorkStage work, long input) {
        return switch (work.getKindCase()) {
            // A ControlNet's picture may give the size, or an img2img's input.
            case TEXT2IMG ->
                named(work.getText2Img().getWidth(), work.getText2Img().getHeight(), input);
            case IMG2IMG ->
                named(work.getImg2Img().getWidth(), work.getImg2Img().getHeight(), input);
            case INPAINT ->
                named(work.getInpaint().getWidth(), work.getInpaint().getHeight(), input);
            case UPSCALE -> input * (work.getUpscale().hasNoiseLevel() ? 16 : 4);
            case DECODE, ENCODE, GRID, ANIMATION, CANNY, DEPTH, PRIOR, KIND_NOT_SET -> input;
        };
    }

    private static long named(int width, int height, long otherwise) {
        return width == 0 || height == 0 ? otherwise : (long) width * height;
    }
}
