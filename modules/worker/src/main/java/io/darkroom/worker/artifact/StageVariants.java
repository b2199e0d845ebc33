package io.darkroom.worker.artifact;

import io.darkroom.contract.wire.SeedList;
import io.darkroom.contract.wire.Variant;
import io.darkroom.contract.wire.WorkStage;
import java.util.ArrayList;
import java.util.List;

/** A stage that is run several times, as the stages that would make the same pictures one run at a time. */
public final class StageVariants {

    private StageVariants() {}

    /**
     * One of the stage's pictures, as it would be in its run alone.
     *
     * @param stage of that run
     * @param picture position in that run, from 0
     */
    record Single(WorkStage stage, int picture) {}

    /** The stage itself where it is run once. */
    public static List<WorkStage> of(WorkStage stage) {
        if (stage.getVariantsCount() == 0) {
            return List.of(stage);
        }
        List<WorkStage> singles = new ArrayList<>();
        for (int run = 0; run < stage.getVariantsCount(); run++) {
            singles.add(single(stage, run));
        }
        return singles;
    }

    /** @param pictures that the stage makes in all its runs */
    static Single ofPicture(WorkStage stage, int picture, int pictures) {
        if (stage.getVariantsCount() == 0) {
            return new Single(stage, picture);
        }
        int ofOneRun = Math.max(1, pictures / stage.getVariantsCount());
        return new Single(single(stage, picture / ofOneRun), picture % ofOneRun);
    }

    private static WorkStage single(WorkStage stage, int run) {
        Variant variant = stage.getVariants(run);
        WorkStage.Builder single = stage.toBuilder().clearVariants();
        if (variant.hasGuidanceScale()) {
            single.getSamplingBuilder().setGuidanceScale(variant.getGuidanceScale());
        }
        if (variant.hasStrength() && stage.hasImg2Img()) {
            single.getImg2ImgBuilder().setStrength(variant.getStrength());
        }
        if (variant.hasStrength() && stage.hasInpaint()) {
            single.getInpaintBuilder().setStrength(variant.getStrength());
        }
        if (stage.getSeeds().hasPerImage()) {
            List<Long> seeds = stage.getSeeds().getPerImage().getSeedsList();
            int ofOneRun = seeds.size() / stage.getVariantsCount();
            single.getSeedsBuilder()
                    .setPerImage(
                            SeedList.newBuilder().addAllSeeds(seeds.subList(run * ofOneRun, (run + 1) * ofOneRun)));
        }
        return single.build();
    }
}
