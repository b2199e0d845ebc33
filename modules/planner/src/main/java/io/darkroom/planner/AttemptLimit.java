package io.darkroom.planner;

import io.darkroom.contract.wire.PlannedStage;
import java.time.Duration;
import java.util.List;

/**
 * How long one attempt at a work item may run: a start, and a generous time for each step of each
 * picture, so that only an attempt that hangs reaches it. Never as long as the longest lock of a
 * share group's record (one hour), because then another worker would be given the record.
 */
final class AttemptLimit {
    static final Duration LONGEST = Duration.ofMinutes(50);
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration STEP = Duration.ofSeconds(10);

    private AttemptLimit() {}

    static Duration of(List<PlannedStage> stages) {
        long steps = stages.stream()
                .mapToLong(stage -> (long) stage.getImages()
                        * (1 + stage.getWork().getSampling().getNumInferenceSteps()))
                .sum();
        Duration limit = START.plus(STEP.multipliedBy(steps));
        return limit.compareTo(LONGEST) > 0 ? LONGEST : limit;
    }
}
