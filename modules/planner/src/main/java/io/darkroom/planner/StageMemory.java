package io.darkroom.planner;

import io.darkroom.contract.error.Fault;
import io.darkroom.contract.wire.WorkStage;
import java.util.Locale;
import java.util.Optional;

/**
 * What a stage is expected to take of a worker's heap; what networks take of the device is not in it. Images of which a stage
 * needs one at a time, those of grids and animations and those that are decoded and written, count once.
 *
 * @param held bytes, until the work item ends
 * @param passing bytes, for a while: what one image takes while it is decoded, encoded or written
 * @param shown bytes of the stage's images as pixels, of which a worker keeps what has room
 */
record StageMemory(long held, long passing, long shown) {
    /** The most that a work item may take: more than most workers could give. */
    static final long MOST = 2L << 30;

    /** What a worker keeps of images that several stages or files may want. */
    private static final long MOST_SHOWN = 64L << 20;

    /** The most pixels of a sheet. */
    private static final long MOST_SHEET = 4096L * 4096;

    /** Three colours in a byte each. */
    private static final int RGB = 3;

    /** The same as float32. */
    private static final int FLOATS = 12;

    /** An image as the VAE gives it, as pixels, and as its writer has it. */
    private static final int WRITING = FLOATS + 3 * RGB;

    /** Latents in float32, and all that a sampler and a guided call make of them: 8 times 4 channels for each 8 x 8 pixels. */
    private static final int LATENTS = 2;

    /** The same where latents are only 4 times smaller than the image. */
    private static final int LARGE_LATENTS = 8;

    /**
     * @param images that the stage makes
     * @param pixels of each of them
     * @param taken images that it takes
     * @param pixelsTaken of the largest of them
     * @param asPixels whether it takes them as pixels
     */
    static StageMemory of(WorkStage work, int images, long pixels, int taken, long pixelsTaken, boolean asPixels) {
        long seen = asPixels ? taken * pixelsTaken : 0;
        return switch (work.getKindCase()) {
            case TEXT2IMG, IMG2IMG, INPAINT, UPSCALE -> {
                long latents = work.getUpscale().hasNoiseLevel() ? LARGE_LATENTS : LATENTS;
                long masks = work.hasInpaint() ? images * pixels * FLOATS : 0;
                yield new StageMemory(
                        images * pixels * latents + seen * (2 * RGB + FLOATS) + masks + controls(work, images, pixels),
                        pixels * WRITING,
                        images * pixels * RGB);
            }
            case CANNY, DEPTH -> new StageMemory(images * pixels * RGB, pixels * WRITING, seen * RGB);
            case ENCODE -> new StageMemory(seen * (RGB + FLOATS), pixels * WRITING, 0);
            case DECODE -> new StageMemory(0, pixels * WRITING, 0);
            case GRID -> {
                long sheet = Math.min(
                        MOST_SHEET, work.getGrid().getRows() * work.getGrid().getColumns() * cell(work, pixelsTaken));
                yield new StageMemory(sheet * RGB, Math.max(sheet, pixelsTaken) * WRITING, seen * RGB);
            }
            case ANIMATION -> new StageMemory(0, pixelsTaken * WRITING, seen * RGB);
            case PRIOR, KIND_NOT_SET -> new StageMemory(0, 0, 0);
        };
    }

    /** Of several stages of a work item. */
    StageMemory plus(StageMemory other) {
        return new StageMemory(held + other.held, Math.max(passing, other.passing), shown + other.shown);
    }

    /** All together. */
    long bytes() {
        return held + passing + Math.min(shown, MOST_SHOWN);
    }

    /** What is wrong with a work item that takes as much. */
    Optional<Fault> fault() {
        if (bytes() <= MOST) {
            return Optional.empty();
        }
        return Optional.of(new Fault(
                "stages",
                String.format(
                        Locale.ROOT,
                        "stages that run together would hold %,d MiB of a worker's memory beside its models; at most"
                                + " %,d are allowed: fewer images in a stage, smaller ones, or several jobs would do",
                        bytes() >> 20,
                        MOST >> 20)));
    }

    /** Every ControlNet's images, once for each image and once more for guidance. */
    private static long controls(WorkStage work, int images, long pixels) {
        return 2L * FLOATS * work.getControlnet().getNetsCount() * images * pixels;
    }

    private static long cell(WorkStage work, long pixelsTaken) {
        long side = work.getGrid().getResize();
        return work.getGrid().hasResize() ? side * side : pixelsTaken;
    }
}
