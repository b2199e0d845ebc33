package io.darkroom.planner;

import io.darkroom.contract.wire.PlannedStage;
import io.darkroom.contract.wire.WorkStage;
import java.util.List;

/**
 * What a work item is expected to take of a device, in steps of a picture of 64 x 64 pixels: good
 * enough to share a pool between tenants, not to foretell a time.
 */
final class ExpectedCost {
    private static final long UNIT_PIXELS = 64 * 64;

    /** Of a user's picture, whose size is not known before it is read. */
    private static final long UNKNOWN_PIXELS = 512 * 512;

    /** What the picture's way through the VAE costs, in steps. */
    private static final int CODING_STEPS = 1;

    private ExpectedCost() {}

    static long of(List<PlannedStage> stages) {
        long pixels = UNKNOWN_PIXELS;
        long cost = 0;
        for (PlannedStage stage : stages) {
            WorkStage work = stage.getWork();
            pixels = pixelsAfter(work, pixels);
            int steps = work.getSampling().getNumInferenceSteps() + CODING_STEPS;
            cost += stage.getImages() * steps * Math.max(1, pixels / UNIT_PIXELS);
        }
        return cost;
    }

    private static long pixelsAfter(WorkStage work, long before) {
        return switch (work.getKindCase()) {
            case TEXT2IMG -> {
                long named = (long) work.getText2Img().getWidth()
                        * work.getText2Img().getHeight();
                yield named == 0 ? before : named; // a ControlNet's picture may give the size
            }
            case INPAINT ->
                (long) work.getInpaint().getWidth() * work.getInpaint().getHeight();
            case UPSCALE -> before * (work.getUpscale().hasNoiseLevel() ? 16 : 4);
            case IMG2IMG, DECODE, ENCODE, GRID, ANIMATION, CANNY, DEPTH, KIND_NOT_SET -> before;
        };
    }
}
