package io.darkroom.router.job;

import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.PlannedStage;
import io.darkroom.contract.wire.PublishedImage;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkInput;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Whether a worker's outcome is what the plan asked for: each picture once, and the handover of its
 * kind.
 */
final class Outcomes {
    private Outcomes() {}

    static Optional<String> faultOf(WorkDone outcome, AcceptedJob job, int index) {
        PlannedItem planned = job.plan().getItems(index);
        Set<String> wanted = new HashSet<>();
        for (PlannedStage stage : planned.getStagesList()) {
            for (int image = 0; stage.getWork().getPublish() && image < stage.getImages(); image++) {
                wanted.add(stage.getWork().getId() + "#" + image);
            }
        }
        for (PublishedImage image : outcome.getImagesList()) {
            String name = image.getStage() + "#" + image.getIndex();
            if (!wanted.remove(name)) {
                return Optional.of("the worker gave a picture that was not asked for: " + name);
            }
        }
        if (!wanted.isEmpty()) {
            return Optional.of("the worker gave no picture "
                    + wanted.stream().sorted().findFirst().orElseThrow());
        }
        return faultOfHandover(outcome, planned);
    }

    private static Optional<String> faultOfHandover(WorkDone outcome, PlannedItem planned) {
        boolean fits =
                switch (planned.getHandover()) {
                    case HANDOVER_LATENTS -> given(outcome, Outcomes::isLatents);
                    case HANDOVER_IMAGES -> given(outcome, WorkInput::hasImage);
                    case HANDOVER_NONE, UNRECOGNIZED -> outcome.getHandoverCount() == 0;
                };
        return fits
                ? Optional.empty()
                : Optional.of("the worker handed on something other than " + planned.getHandover());
    }

    private static boolean given(WorkDone outcome, Predicate<WorkInput> kind) {
        return outcome.getHandoverCount() > 0
                && outcome.getHandoverList().stream().allMatch(kind);
    }

    private static boolean isLatents(WorkInput input) {
        return input.hasInlineLatents() || input.hasLatents();
    }
}
