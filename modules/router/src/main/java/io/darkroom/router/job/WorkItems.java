package io.darkroom.router.job;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.PlannedStage;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkItem;
import java.util.List;

/** What a worker is given, made of the plan and of what came before. */
final class WorkItems {
    private static final int PROTOCOL_VERSION = 1;

    private WorkItems() {}

    static WorkItem of(AcceptedJob job, List<ItemState> items, int index, int attempt) {
        PlannedItem planned = job.plan().getItems(index);
        return WorkItem.newBuilder()
                .setProtocolVersion(PROTOCOL_VERSION)
                .setJob(job.key())
                .setIndex(index)
                .setAttempt(attempt)
                .setPool(planned.getPool())
                .addAllStages(planned.getStagesList().stream()
                        .map(PlannedStage::getWork)
                        .toList())
                .addAllInputs(inputs(planned, items))
                .setHandover(planned.getHandover())
                .setOutputUri(job.plan().getOutputUri())
                .setImageFormat(job.plan().getImageFormat())
                .setDeadlineEpochMillis(job.deadline().toEpochMilli())
                .setTraceparent(job.traceparent().orElse(""))
                .setAttemptLimitMillis(planned.getAttemptLimitMillis())
                .build();
    }

    static AttemptKey attemptKey(AcceptedJob job, int index, int attempt) {
        return AttemptKey.newBuilder()
                .setJob(job.key())
                .setIndex(index)
                .setAttempt(attempt)
                .build();
    }

    private static List<WorkInput> inputs(PlannedItem planned, List<ItemState> items) {
        return switch (planned.getSourceCase()) {
            case IMAGE_URI ->
                List.of(WorkInput.newBuilder()
                        .setImageUri(planned.getImageUri())
                        .build());
            case ITEM -> {
                if (items.get(planned.getItem()) instanceof ItemState.Done(var _, var _, var _, var outcome)) {
                    yield outcome.getHandoverList();
                }
                throw new IllegalStateException("work item " + planned.getItem() + " is not done");
            }
            case SOURCE_NOT_SET -> List.of();
        };
    }
}
