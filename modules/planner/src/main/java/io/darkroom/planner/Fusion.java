package io.darkroom.planner;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.request.ValidStage;
import io.darkroom.contract.request.ValidStage.Input;
import io.darkroom.contract.request.ValidStage.Operation;
import io.darkroom.contract.wire.Handover;
import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.PlannedStage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Cuts a job's stages into work items, and says what each hands on. */
final class Fusion {
    private final List<ValidStage> stages;
    private final List<ModelEntry> models;
    private final List<PlannedItem.Builder> items = new ArrayList<>();

    /** By position of the stage: the work item that gives its output as the stage made it. */
    private final Map<Integer, Integer> itemOfStage = new HashMap<>();

    /** By position of the stage: the work item that gives its output as pictures only. */
    private final Map<Integer, Integer> picturesOfStage = new HashMap<>();

    Fusion(List<ValidStage> stages, List<ModelEntry> models) {
        this.stages = stages;
        this.models = models;
    }

    List<PlannedItem> items() {
        stages.forEach(this::place);
        return items.stream().map(this::limited).toList();
    }

    private void place(ValidStage stage) {
        Optional<Integer> producer = producer(stage);
        if (producer.isPresent()) {
            placeBehind(stage, producer.get());
            return;
        }
        PlannedItem.Builder item = newItem(model(stage.position()).pool());
        uri(stage).ifPresent(item::setImageUri);
        append(stage, items.size() - 1);
    }

    private void placeBehind(ValidStage stage, int producer) {
        if (model(producer).pool().equals(model(stage.position()).pool())
                && consumers(producer).size() == 1) {
            int item = itemOfStage.get(producer);
            if (!passesLatents(producer, stage.position())) {
                addDecode(producer, item);
            }
            append(stage, item);
            return;
        }
        int source = passesLatents(producer, stage.position()) ? latents(producer) : pictures(producer);
        newItem(model(stage.position()).pool()).setItem(source);
        append(stage, items.size() - 1);
    }

    private int latents(int producer) {
        int item = itemOfStage.get(producer);
        items.get(item).setHandover(Handover.HANDOVER_LATENTS);
        return item;
    }

    /**
     * A decode at the end of the producer's work item; or, when others take the latents, as a work
     * item of its own in the producer's pool, where that VAE is.
     */
    private int pictures(int producer) {
        Integer known = picturesOfStage.get(producer);
        if (known != null) {
            return known;
        }
        int item = itemOfStage.get(producer);
        if (consumers(producer).stream().anyMatch(consumer -> passesLatents(producer, consumer))) {
            items.get(item).setHandover(Handover.HANDOVER_LATENTS);
            newItem(model(producer).pool()).setItem(item);
            item = items.size() - 1;
        }
        addDecode(producer, item);
        items.get(item).setHandover(Handover.HANDOVER_IMAGES);
        picturesOfStage.put(producer, item);
        return item;
    }

    private void append(ValidStage stage, int item) {
        ModelEntry model = model(stage.position());
        items.get(item)
                .addStages(PlannedStage.newBuilder()
                        .setWork(Stages.work(stage, model))
                        .setImages(stage.images()));
        itemOfStage.put(stage.position(), item);
    }

    private void addDecode(int producer, int item) {
        ValidStage stage = stages.get(producer);
        items.get(item)
                .addStages(PlannedStage.newBuilder()
                        .setWork(Stages.decodeOf(stage, model(producer)))
                        .setImages(stage.images()));
    }

    private PlannedItem.Builder newItem(String pool) {
        PlannedItem.Builder item = PlannedItem.newBuilder().setPool(pool);
        items.add(item);
        return item;
    }

    private PlannedItem limited(PlannedItem.Builder item) {
        return item.setAttemptLimitMillis(AttemptLimit.of(item.getStagesList()).toMillis())
                .build();
    }

    private boolean passesLatents(int producer, int consumer) {
        return takesLatents(consumer)
                && model(producer).vaeDigest().equals(model(consumer).vaeDigest());
    }

    /** The upscaler by four is shown pixels, even after another one, and a mask covers pixels. */
    private boolean takesLatents(int consumer) {
        return model(consumer).family() != Family.UPSCALER
                && !(stages.get(consumer).operation() instanceof Operation.Inpaint);
    }

    private ModelEntry model(int position) {
        return models.get(position);
    }

    private List<Integer> consumers(int producer) {
        return stages.stream()
                .filter(stage ->
                        producer(stage).filter(from -> from == producer).isPresent())
                .map(ValidStage::position)
                .toList();
    }

    private static Optional<Integer> producer(ValidStage stage) {
        return stage.input().flatMap(input -> switch (input) {
            case Input.Stage from -> Optional.of(from.stagePosition());
            case Input.Uri _ -> Optional.empty();
        });
    }

    private static Optional<String> uri(ValidStage stage) {
        return stage.input().flatMap(input -> switch (input) {
            case Input.Stage _ -> Optional.empty();
            case Input.Uri from -> Optional.of(from.uri());
        });
    }
}
