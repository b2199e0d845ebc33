package io.darkroom.router.job;

import io.darkroom.contract.wire.ItemSource;
import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.PlannedStage;
import io.darkroom.contract.wire.StageOutput;
import io.darkroom.contract.wire.WorkStage;
import java.util.List;

/** What a work item takes from outside, also in plans that were stored when there could be one source only. */
final class ItemSources {
    private ItemSources() {}

    /** By group. */
    static List<ItemSource> of(Plan plan, int index) {
        PlannedItem item = plan.getItems(index);
        return switch (item.getSourceCase()) {
            case IMAGE_URI ->
                List.of(ItemSource.newBuilder().setImageUri(item.getImageUri()).build());
            case ITEM ->
                List.of(ItemSource.newBuilder()
                        .setOutput(StageOutput.newBuilder()
                                .setItem(item.getItem())
                                .setStage(stages(plan.getItems(item.getItem()))
                                        .getLast()
                                        .getId()))
                        .build());
            case SOURCE_NOT_SET -> item.getSourcesList();
        };
    }

    /** Indexes of the work items that have to be done before this one can begin, each once. */
    static List<Integer> producers(Plan plan, int index) {
        return of(plan, index).stream()
                .filter(ItemSource::hasOutput)
                .map(source -> source.getOutput().getItem())
                .distinct()
                .toList();
    }

    static List<WorkStage> stages(PlannedItem item) {
        return item.getStagesList().stream().map(PlannedStage::getWork).toList();
    }
}
