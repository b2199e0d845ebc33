package io.darkroom.router.streams;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.json.Json;
import io.darkroom.planner.Catalogue;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** The catalogue as the topic of models has it now. */
final class CatalogueStore implements Catalogue {
    static final String NAME = "catalogue";

    private final ReadOnlyKeyValueStore<String, byte[]> store;

    CatalogueStore(ReadOnlyKeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    @Override
    public Optional<ModelEntry> find(String name) {
        return Optional.ofNullable(store.get(name)).flatMap(CatalogueStore::read);
    }

    @Override
    public List<String> names(int limit) {
        List<String> names = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> entries = store.all()) {
            while (entries.hasNext() && names.size() < limit) {
                KeyValue<String, byte[]> entry = entries.next();
                names.add(entry.key);
            }
        }
        return names.stream().sorted().toList();
    }

    /**
     * An entry that cannot be read is as good as none: the topic is written by people's tools too.
     */
    private static Optional<ModelEntry> read(byte[] json) {
        try {
            return Optional.of(Json.read(json, ModelEntry.class));
        } catch (UncheckedIOException e) {
            return Optional.empty();
        }
    }
}
