package io.darkroom.router.job;

import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.contract.wire.router.KeptRecord;
import io.darkroom.contract.work.Handovers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which of a job's work items need not be run, because what they hand on was kept; and what is kept of those that are. */
final class Reuse {
    private final AcceptedJob job;
    private final KeptOutputs kept;
    private final Instant now;

    /** Found missing while this decision is made. */
    private final Set<String> lost = new HashSet<>();

    Reuse(AcceptedJob job, KeptOutputs kept, Instant now) {
        this.job = job;
        this.kept = kept;
        this.now = now;
    }

    /**
     * At a job's beginning: from its end back to its last kept stages. What nothing takes that is run is not run either.
     *
     * @param items all of them blocked; those that need not be run are replaced
     */
    void apply(List<ItemState> items) {
        Set<Integer> run = new HashSet<>();
        for (int index = items.size() - 1; index >= 0; index--) {
            List<Integer> consumers = job.consumersOf(index);
            boolean wanted = publishes(index)
                    || consumers.isEmpty()
                    || consumers.stream().anyMatch(run::contains);
            Optional<List<WorkInput>> found = wanted ? find(index) : Optional.of(List.of());
            if (found.isPresent() && items.get(index) instanceof ItemState.Blocked(Tries next)) {
                items.set(index, new ItemState.Reused(next, found.get()));
            } else {
                run.add(index);
            }
        }
    }

    /**
     * Of a work item that did not find what others kept: these are run, and so are those that they need.
     *
     * @return the names of what was lost
     */
    List<String> restore(List<ItemState> items, int consumer) {
        List<String> names = new ArrayList<>();
        for (int producer : ItemSources.producers(job.plan(), consumer)) {
            if (items.get(producer) instanceof ItemState.Reused(Tries next, var _)) {
                names.add(job.plan().getItems(producer).getKeptAs());
                lost.addAll(names);
                run(items, producer, next);
            }
        }
        return names;
    }

    private void run(List<ItemState> items, int index, Tries next) {
        items.set(index, new ItemState.Blocked(next));
        for (int producer : ItemSources.producers(job.plan(), index)) {
            if (items.get(producer) instanceof ItemState.Reused(Tries first, var handover) && handover.isEmpty()) {
                Optional<List<WorkInput>> found = find(producer);
                if (found.isPresent()) {
                    items.set(producer, new ItemState.Reused(first, found.get()));
                } else {
                    run(items, producer, first);
                }
            }
        }
    }

    /** What other runs and jobs can take; empty if the outcome is not to be kept, or its worker knows nothing of keeping. */
    Optional<JobOutput.Keep> keeping(int index, WorkDone outcome, Duration time) {
        PlannedItem item = job.plan().getItems(index);
        boolean wanted = !item.getKeptAs().isEmpty() && !publishes(index) && outcome.getHandoverCount() > 0;
        if (!wanted || !outcome.getHandoverList().stream().allMatch(WorkInput::getKept)) {
            return Optional.empty();
        }
        List<WorkStage> stages = ItemSources.stages(item);
        List<String> ids = stages.stream().map(WorkStage::getId).toList();
        KeptRecord.Builder record =
                KeptRecord.newBuilder().setUntilEpochMillis(now.plus(time).toEpochMilli());
        for (WorkInput input : outcome.getHandoverList()) {
            int position = ids.indexOf(Handovers.producer(input, stages));
            record.addHandover(input.toBuilder().setStage(Integer.toString(position)));
        }
        return Optional.of(new JobOutput.Keep(job.key().getTenant(), item.getKeptAs(), record.build()));
    }

    /** With the names that this job has for its stages. */
    private Optional<List<WorkInput>> find(int index) {
        PlannedItem item = job.plan().getItems(index);
        if (item.getKeptAs().isEmpty() || publishes(index) || lost.contains(item.getKeptAs())) {
            return Optional.empty();
        }
        List<WorkStage> stages = ItemSources.stages(item);
        return kept.find(job.key().getTenant(), item.getKeptAs())
                .filter(record -> now.toEpochMilli() < record.getUntilEpochMillis())
                .map(record -> record.getHandoverList().stream()
                        .map(input -> input.toBuilder()
                                .setStage(stages.get(Integer.parseInt(input.getStage()))
                                        .getId())
                                .build())
                        .toList());
    }

    private boolean publishes(int index) {
        Plan plan = job.plan();
        return plan.getItems(index).getStagesList().stream()
                .anyMatch(stage -> stage.getWork().getPublish());
    }
}
