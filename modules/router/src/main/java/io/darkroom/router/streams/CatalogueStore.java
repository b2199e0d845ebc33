package io.darkroom.router.streams;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.error.Excerpt;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.request.ModelEntryParser;
import io.darkroom.planner.Catalogue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The catalogue as the topic of models has it now. */
final class CatalogueStore implements Catalogue {
    static final String NAME = "catalogue";

    private static final Logger LOG = LoggerFactory.getLogger(CatalogueStore.class);
    private static final int MAX_NAME = 128;
    private static final int MAX_FAULT = 256;

    private final ModelEntryParser parser = new ModelEntryParser();
    private final ReadOnlyKeyValueStore<String, byte[]> store;

    /** By name, as they were read last: every request asks for the same few. One thread uses a catalogue. */
    private final Map<String, Known> known = new HashMap<>();

    private record Known(byte[] json, Optional<ModelEntry> entry) {}

    CatalogueStore(ReadOnlyKeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    @Override
    public Optional<ModelEntry> find(String name) {
        byte[] json = store.get(name);
        if (json == null) {
            known.remove(name);
            return Optional.empty();
        }
        Known last = known.get(name);
        if (last == null || !Arrays.equals(last.json(), json)) {
            last = new Known(json, read(name, json));
            known.put(name, last);
        }
        return last.entry();
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
     * An entry that cannot be read is as good as none: the topic is written by people's tools too. Told once for each form of
     * it.
     */
    private Optional<ModelEntry> read(String name, byte[] json) {
        return switch (parser.parse(json)) {
            case ModelEntryParser.Parsed.Entry(ModelEntry entry) -> Optional.of(entry);
            case ModelEntryParser.Parsed.Refused(List<Fault> faults) -> {
                LOG.warn(
                        "the catalogue's entry {} is left out: {}",
                        Excerpt.of(name, MAX_NAME),
                        Excerpt.of(faults.getFirst().toString(), MAX_FAULT));
                yield Optional.empty();
            }
        };
    }
}
