package io.darkroom.worker.artifact;

import io.darkroom.contract.wire.SeedList;
import io.darkroom.contract.wire.WorkStage;
import java.util.OptionalLong;

/** Which seed drew which picture of a stage. */
final class StageSeeds {

    private StageSeeds() {}

    /** Empty for stages that draw nothing. */
    static OptionalLong ofPicture(WorkStage stage, int picture) {
        return switch (stage.getSeeds().getKindCase()) {
            case SINGLE -> OptionalLong.of(stage.getSeeds().getSingle());
            case PER_IMAGE -> {
                SeedList seeds = stage.getSeeds().getPerImage();
                yield OptionalLong.of(seeds.getSeeds(picture % seeds.getSeedsCount()));
            }
            case KIND_NOT_SET -> OptionalLong.empty();
        };
    }
}
