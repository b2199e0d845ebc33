package io.darkroom.planner;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.request.ValidStage;
import io.darkroom.contract.request.ValidStage.Input;
import java.util.List;
import java.util.Optional;

/**
 * Which pool runs a stage: its model's. A stage without a model runs where what it takes was made, the last of it if that was
 * in several pools; else where its output is wanted; else where any other stage of the job runs.
 */
final class StagePools {
    private final List<ValidStage> stages;
    private final StageModels models;

    StagePools(List<ValidStage> stages, StageModels models) {
        this.stages = stages;
        this.models = models;
    }

    String of(int position) {
        return ofModel(position)
                .or(() -> upstream(position))
                .or(() -> downstream(position))
                .or(models::anyPool)
                .orElseThrow();
    }

    /** The positions of the stages that this one takes something from, each once. */
    static List<Integer> producers(ValidStage stage) {
        return stage.inputs().stream()
                .<Integer>mapMulti((input, to) -> {
                    if (input.from() instanceof Input.Stage(int position)) {
                        to.accept(position);
                    }
                })
                .distinct()
                .toList();
    }

    private Optional<String> upstream(int position) {
        return producers(stages.get(position)).reversed().stream()
                .<String>mapMulti((producer, to) ->
                        ofModel(producer).or(() -> upstream(producer)).ifPresent(to))
                .findFirst();
    }

    private Optional<String> downstream(int position) {
        return stages.stream()
                .filter(consumer -> producers(consumer).contains(position))
                .map(ValidStage::position)
                .<String>mapMulti((consumer, to) ->
                        ofModel(consumer).or(() -> downstream(consumer)).ifPresent(to))
                .findFirst();
    }

    private Optional<String> ofModel(int position) {
        return models.of(position).map(ModelEntry::pool);
    }
}
