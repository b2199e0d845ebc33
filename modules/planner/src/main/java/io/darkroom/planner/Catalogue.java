package io.darkroom.planner;

import io.darkroom.contract.catalogue.ModelEntry;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The models that can be named in a request, as they are at the moment of asking. */
public interface Catalogue {
    /** The model of that name. */
    Optional<ModelEntry> find(String name);

    /** Some of the names there are, sorted, at most {@code limit}: for error messages. */
    List<String> names(int limit);

    /** A catalogue that does not change. */
    static Catalogue of(Map<String, ModelEntry> models) {
        Map<String, ModelEntry> copy = Map.copyOf(models);
        return new Catalogue() {
            @Override
            public Optional<ModelEntry> find(String name) {
                return Optional.ofNullable(copy.get(name));
            }

            @Override
            public List<String> names(int limit) {
                return copy.keySet().stream().sorted().limit(limit).toList();
            }
        };
    }
}
