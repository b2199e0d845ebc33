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
 */
record StageModels(
        Map<Integer, ModelEntry> byPosition,
        Map<Integer, List<ModelEntry>> controlNets,
        Map<Integer, Adapters> adapters) {
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

    /** The pool of the first stage that has a model; empty when none has. */
    Optional<String> anyPool() {
        return byPosition.values().stream().map(ModelEntry::pool).findFirst();
    }
}
