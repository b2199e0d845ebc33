package io.darkroom.planner;

import io.darkroom.contract.request.ValidStage;
import io.darkroom.contract.wire.Handover;
import io.darkroom.contract.wire.ItemSource;
import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.PlannedStage;
import io.darkroom.contract.wire.StageOutput;
import io.darkroom.contract.wire.WorkStage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A work item while stages are being put into it. */
final class ItemDraft {
    private final int index;
    private final String pool;
    private final List<PlannedStage.Builder> stages = new ArrayList<>();
    private final List<ItemSource> sources = new ArrayList<>();
    private long expectedCost;
    private long pixels;
    private StageMemory memory = new StageMemory(0, 0, 0);
    private boolean keep;
    private boolean publishes;

    /** Every work item that has to be done before this one can begin. */
    private final Set<ItemDraft> before = new HashSet<>();

    ItemDraft(int index, String pool) {
        this.index = index;
        this.pool = pool;
    }

    String pool() {
        return pool;
    }

    /** Whether each of these is this one itself, or has to be done before it can begin. */
    boolean waitsForAllOf(Collection<ItemDraft> items) {
        return items.stream().allMatch(item -> item == this || before.contains(item));
    }

    /** Whether a stage can follow: not once something is kept, and what is kept does not follow what is published. */
    boolean takes(ValidStage stage) {
        return !keep && !(stage.keep() && publishes);
    }

    /** What it hands on is kept. */
    void keep() {
        keep = true;
    }

    /** Counts what a stage takes of a worker's memory. */
    void add(StageMemory ofStage) {
        memory = memory.plus(ofStage);
    }

    StageMemory memory() {
        return memory;
    }

    /** Gives the stage's position. */
    int append(WorkStage.Builder work, int images, StageCost cost) {
        expectedCost += cost.units();
        pixels += cost.drawn();
        publishes |= work.getPublish();
        stages.add(PlannedStage.newBuilder().setWork(work).setImages(images));
        return stages.size() - 1;
    }

    /** The group under which a picture of the user's comes in. */
    int groupOfPicture(String uri) {
        return group(ItemSource.newBuilder().setImageUri(uri).build());
    }

    /** The group under which a stage's output comes in, which from now on that stage hands on. */
    int groupOfOutput(ItemDraft item, int position, Handover kind) {
        before.add(item);
        before.addAll(item.before);
        WorkStage.Builder producer = item.stages.get(position).getWorkBuilder().setHandover(kind);
        return group(ItemSource.newBuilder()
                .setOutput(StageOutput.newBuilder().setItem(item.index).setStage(producer.getId()))
                .build());
    }

    PlannedItem planned() {
        List<PlannedStage> planned =
                stages.stream().map(PlannedStage.Builder::build).toList();
        return PlannedItem.newBuilder()
                .setPool(pool)
                .addAllStages(planned)
                .addAllSources(sources)
                .setExpectedCost(expectedCost)
                .setPixels(pixels)
                .setMemoryBytes(memory.bytes())
                .setKeep(keep)
                .build();
    }

    private int group(ItemSource source) {
        int known = sources.indexOf(source);
        if (known >= 0) {
            return known;
        }
        sources.add(source);
        return sources.size() - 1;
    }
}
