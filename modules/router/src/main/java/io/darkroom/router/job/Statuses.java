package io.darkroom.router.job;

import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.status.JobStatus;
import io.darkroom.contract.status.JobStatus.State;
import io.darkroom.contract.status.JobStatus.WorkItemState;
import io.darkroom.contract.status.JobStatus.WorkItemStatus;
import io.darkroom.contract.wire.PlannedItem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where a job stands, for darkroom.jobs. */
final class Statuses {
    private static final int SCHEMA_VERSION = 1;

    private Statuses() {}

    static JobStatus of(AcceptedJob job, List<ItemState> items, Optional<JobResult.Status> end, Instant now) {
        List<WorkItemStatus> workItems = new ArrayList<>();
        for (int index = 0; index < items.size(); index++) {
            workItems.add(workItem(job.plan().getItems(index), index, items.get(index), end.isPresent()));
        }
        return new JobStatus(
                SCHEMA_VERSION,
                job.key().getTenant(),
                job.key().getId(),
                job.key().getRun(),
                end.map(Statuses::terminal).orElseGet(() -> live(items)),
                workItems,
                now);
    }

    private static State live(List<ItemState> items) {
        boolean touched = items.stream()
                .anyMatch(item -> item instanceof ItemState.Running
                        || item instanceof ItemState.Done
                        || item instanceof ItemState.BackingOff);
        return touched ? State.RUNNING : State.QUEUED;
    }

    private static State terminal(JobResult.Status status) {
        return switch (status) {
            case SUCCEEDED -> State.SUCCEEDED;
            case FAILED -> State.FAILED;
            case REJECTED -> State.REJECTED;
            case CANCELLED -> State.CANCELLED;
            case EXPIRED -> State.EXPIRED;
        };
    }

    private static WorkItemStatus workItem(PlannedItem planned, int index, ItemState item, boolean over) {
        return new WorkItemStatus(
                index,
                planned.getPool(),
                planned.getStagesList().stream()
                        .map(stage -> stage.getWork().getId())
                        .toList(),
                state(item, over),
                item.tried().map(Tries::attempt).orElse(0));
    }

    private static WorkItemState state(ItemState item, boolean over) {
        return switch (item) {
            case ItemState.Blocked _ -> WorkItemState.BLOCKED;
            case ItemState.Done _, ItemState.Reused _ -> WorkItemState.DONE;
            case ItemState.Queued _, ItemState.Released _, ItemState.Running _, ItemState.BackingOff _
            when over -> WorkItemState.FAILED;
            case ItemState.Queued _, ItemState.BackingOff _ -> WorkItemState.QUEUED;
            case ItemState.Released _ -> WorkItemState.RELEASED;
            case ItemState.Running _ -> WorkItemState.RUNNING;
        };
    }
}
