package io.darkroom.planner;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.request.ValidStage;
import io.darkroom.contract.request.ValidStage.Input;
import io.darkroom.contract.request.ValidStage.NamedInput;
import io.darkroom.contract.wire.Handover;
import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.StageInput;
import io.darkroom.contract.wire.WorkStage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Cuts a job's stages into work items, and says what each takes and hands on. */
final class Fusion {
    private final List<ValidStage> stages;
    private final StageModels models;
    private final StagePools pools;
    private final List<ItemDraft> items = new ArrayList<>();

    /** By position of the stage: where it runs. */
    private final Map<Integer, Place> placeOfStage = new HashMap<>();

    /** By position of the stage: where its latents are made pictures. */
    private final Map<Integer, Place> decodeOfStage = new HashMap<>();

    /** By position of the stage: pixels of each of its pictures. */
    private final Map<Integer, Long> pixelsOfStage = new HashMap<>();

    /** By position of the stage: the same where images that nobody has read yet are as large as usual ones. */
    private final Map<Integer, Long> ceilingPixelsOfStage = new HashMap<>();

    private final SheetRules sheets = new SheetRules();
    private double jobCost;
    private long jobPixels;

    /** A stage's place in a work item. */
    private record Place(ItemDraft item, int position) {}

    Fusion(List<ValidStage> stages, StageModels models) {
        this.stages = stages;
        this.models = models;
        this.pools = new StagePools(stages, models);
    }

    List<PlannedItem> items() {
        stages.forEach(this::place);
        return items.stream().map(ItemDraft::planned).toList();
    }

    /** In megapixel evaluations, once the items are there. */
    double jobCost() {
        return jobCost;
    }

    /** What is wrong with the sizes of sheets, once the items are there. */
    List<Fault> sheetFaults() {
        return sheets.faults();
    }

    /** What is wrong with how much memory each item would take, once they are there. */
    List<Fault> memoryFaults() {
        return items.stream()
                .map(ItemDraft::memory)
                .flatMap(memory -> memory.fault().stream())
                .distinct()
                .toList();
    }

    /** What all stages draw, once the items are there. */
    long jobPixels() {
        return jobPixels;
    }

    private void place(ValidStage stage) {
        ItemDraft item = host(stage).orElseGet(() -> newItem(pools.of(stage.position())));
        var work = Stages.work(stage, models.of(stage.position())).toBuilder();
        Optional.ofNullable(models.adapters().get(stage.position())).ifPresent(work::setAdapters);
        ControlRules.add(stage, models.controlNets(stage.position()), work);
        for (NamedInput input : stage.inputs()) {
            work.addInputs(taken(stage, input, item));
        }
        Optional<ModelEntry> model = models.of(stage.position());
        long pixelsTaken = pixelsTaken(stage, pixelsOfStage, StageCost.UNKNOWN_PIXELS);
        StageCost cost = StageCost.of(work.build(), stage.images(), model, pixelsTaken);
        pixelsOfStage.put(stage.position(), cost.pixels());
        item.add(addToJob(stage, work.build()));
        sheets.add(stage, work.build(), model);
        placeOfStage.put(stage.position(), new Place(item, item.append(work, stage.images(), cost)));
        if (stage.keep()) {
            item.keep();
        }
    }

    /** What nobody has read yet counts as an image of SDXL's size here: the ceiling is no guess in the user's favour. */
    private StageMemory addToJob(ValidStage stage, WorkStage work) {
        long pixelsTaken = pixelsTaken(stage, ceilingPixelsOfStage, StageCost.CEILING_PIXELS);
        StageCost cost = StageCost.of(work, stage.images(), models.of(stage.position()), pixelsTaken);
        long pixels = Math.min(cost.pixels(), StageCost.MOST_PIXELS);
        ceilingPixelsOfStage.put(stage.position(), pixels);
        jobCost += cost.megapixelEvaluations();
        jobPixels += cost.drawn();
        return StageMemory.of(work, stage.images(), pixels, imagesTaken(stage), pixelsTaken, !takesLatents(stage));
    }

    private int imagesTaken(ValidStage stage) {
        return stage.inputs().stream()
                .mapToInt(input -> switch (input.from()) {
                    case Input.Uri _ -> 1;
                    case Input.Stage(int producer) -> stages.get(producer).images();
                })
                .sum();
    }

    private boolean takesLatents(ValidStage stage) {
        return stage.inputs().stream()
                .allMatch(input -> input.from() instanceof Input.Stage(int producer)
                        && passesLatents(producer, stage, input.role()));
    }

    /** Of the largest picture that the stage is given. */
    private static long pixelsTaken(ValidStage stage, Map<Integer, Long> pixelsOf, long unknown) {
        return stage.inputs().stream()
                .mapToLong(input -> switch (input.from()) {
                    case Input.Uri _ -> unknown;
                    case Input.Stage(int producer) -> pixelsOf.get(producer);
                })
                .max()
                .orElse(unknown);
    }

    /**
     * The work item that the stage can join: one of its pool that makes something of what it takes, and that has to wait for
     * the rest of it anyway, so that joining never delays the start of what is there.
     */
    private Optional<ItemDraft> host(ValidStage stage) {
        String pool = pools.of(stage.position());
        List<Integer> producers = StagePools.producers(stage);
        Set<ItemDraft> needed = new LinkedHashSet<>();
        producers.forEach(producer -> needed.add(placeOfStage.get(producer).item()));
        return needed.stream()
                .filter(item -> item.pool().equals(pool) && item.takes(stage))
                .filter(item -> item.waitsForAllOf(needed))
                .filter(item -> producers.stream()
                        .filter(producer -> placeOfStage.get(producer).item() == item)
                        .allMatch(producer -> mayBeFollowedBy(producer, stage)))
                .findFirst();
    }

    /**
     * An output that several models take ends its work item, so that all of them can begin with it. Stages without a model
     * take little time and hold up nobody.
     */
    private boolean mayBeFollowedBy(int producer, ValidStage stage) {
        return !stage.kind().needsModel()
                || stages.stream()
                        .filter(other -> other.kind().needsModel())
                        .filter(other -> StagePools.producers(other).contains(producer))
                        .allMatch(other -> other.position() == stage.position());
    }

    private StageInput taken(ValidStage stage, NamedInput input, ItemDraft item) {
        StageInput.Builder taken = StageInput.newBuilder().setRole(input.role());
        switch (input.from()) {
            case Input.Uri(String uri) -> taken.setGroup(item.groupOfPicture(uri));
            case Input.Stage(int producer) -> {
                boolean latents = passesLatents(producer, stage, input.role());
                Place place = latents || !stages.get(producer).givesLatents()
                        ? placeOfStage.get(producer)
                        : decodeOf(producer);
                if (place.item() == item) {
                    taken.setStage(place.position());
                } else {
                    taken.setGroup(item.groupOfOutput(place.item(), place.position(), handover(input, latents)));
                }
            }
        }
        return taken.build();
    }

    private static Handover handover(NamedInput input, boolean latents) {
        if (input.role().equals(NamedInput.IMAGE_EMBEDS)) {
            return Handover.HANDOVER_EMBEDS;
        }
        return latents ? Handover.HANDOVER_LATENTS : Handover.HANDOVER_IMAGES;
    }

    /** In the producer's work item, where that VAE is. */
    private Place decodeOf(int producer) {
        return decodeOfStage.computeIfAbsent(producer, _ -> {
            Place from = placeOfStage.get(producer);
            ValidStage stage = stages.get(producer);
            var decode = Stages.decodeOf(stage, models.of(producer).orElseThrow()).toBuilder()
                    .addInputs(
                            StageInput.newBuilder().setRole(NamedInput.PICTURE).setStage(from.position()));
            StageCost cost =
                    StageCost.of(decode.build(), stage.images(), models.of(producer), pixelsOfStage.get(producer));
            return new Place(from.item(), from.item().append(decode, stage.images(), cost));
        });
    }

    private ItemDraft newItem(String pool) {
        ItemDraft item = new ItemDraft(items.size(), pool);
        items.add(item);
        return item;
    }

    private boolean passesLatents(int producer, ValidStage consumer, String role) {
        return stages.get(producer).givesLatents()
                && Stages.takesLatents(consumer, models.of(consumer.position()), role)
                && vae(producer).equals(vae(consumer.position()));
    }

    private String vae(int position) {
        return models.of(position).flatMap(ModelEntry::vaeDigest).orElseThrow();
    }
}
