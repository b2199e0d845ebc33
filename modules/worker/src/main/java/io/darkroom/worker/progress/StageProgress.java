package io.darkroom.worker.progress;

import io.darkroom.contract.status.JobProgress.Phase;
import java.util.Optional;

/** Where a stage is; the steps are UNet calls. */
record StageProgress(String stage, Phase phase, Optional<Integer> step, Optional<Integer> steps) {

    static StageProgress of(String stage, Phase phase) {
        return new StageProgress(stage, phase, Optional.empty(), Optional.empty());
    }

    static StageProgress denoising(String stage, int step, int steps) {
        return new StageProgress(stage, Phase.DENOISING, Optional.of(step), Optional.of(steps));
    }
}
