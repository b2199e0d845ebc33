package io.darkroom.planner;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.wire.Adapters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The models of a job's stages.
 *
 * @param byPosition of the stage; without stages that need none
 * @param controlNets of the stages that name some, in their order
 * @param adapters of the stages that name some
 * @param poolForNoModel where a job runs of which no stage has a model; empty while the catalogue is
 */
record StageModels(
        Map<Integer, ModelEntry> byPosition,
        Map<Integer, List<ModelEntry>> controlNets,
        Map<Integer, Adapters> adapters,
        Optional<String> poolForNoModel) {
    StageModels {
        byPosition = new TreeMap<>(byPosition);
        controlNets = Map.copyOf(controlNets);
        adapters = Map.copyOf(adapters);
    }

    List<ModelEntry> controlNets(int position) {
        return controlNets.getOrDefault(position, List.of());
    }

    Optional<ModelEntry> of(int position) {
        return Optional.ofNullable(byPosition.get(position));
    }

    /** The pool of the first stage that has a model, or where no stage has one. */
    Optional<String> anyPool() {
        return byPosition.values().stream().map(ModelEntry::pool).findFirst().or(() -> poolForNoModel);
    }
}
