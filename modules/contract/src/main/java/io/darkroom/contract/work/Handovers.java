package io.darkroom.contract.work;

import io.darkroom.contract.wire.Handover;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkStage;
import java.util.List;

/**
 * What the stages of a work item hand on to other work items. Each says so itself; in records that were written before they
 * did, the work item says it for its last stage.
 */
public final class Handovers {
    private Handovers() {}

    /**
     * What the stage at that position hands on.
     *
     * @param ofItem what the work item says for its last stage
     */
    public static Handover of(List<WorkStage> stages, int position, Handover ofItem) {
        Handover own = stages.get(position).getHandover();
        if (own != Handover.HANDOVER_NONE) {
            return own;
        }
        return position == stages.size() - 1 ? ofItem : Handover.HANDOVER_NONE;
    }

    /**
     * The id of the stage that made what is handed on.
     *
     * @param stages of the work item whose outcome this is
     */
    public static String producer(WorkInput handedOn, List<WorkStage> stages) {
        return handedOn.getStage().isEmpty() ? stages.getLast().getId() : handedOn.getStage();
    }
}
