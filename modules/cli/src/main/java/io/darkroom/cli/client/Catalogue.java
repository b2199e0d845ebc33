package io.darkroom.cli.client;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.json.Json;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The model catalogue as its topic holds it at the moment, by name. */
public record Catalogue(List<ModelEntry> entries) {

    public Catalogue {
        entries = List.copyOf(entries);
    }

    public static Catalogue read(Cluster cluster) {
        SortedMap<String, ModelEntry> models = new TreeMap<>();
        TopicScan.read(cluster, cluster.topics().models(), record -> {
            if (record.value() == null) {
                models.remove(record.key());
            } else {
                models.put(record.key(), Json.read(record.value(), ModelEntry.class));
            }
        });
        return new Catalogue(List.copyOf(models.values()));
    }

    public Optional<ModelEntry> find(String name) {
        return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
    }

    /** All names, for a message. */
    public String names() {
        return entries.isEmpty()
                ? "none"
                : String.join(", ", entries.stream().map(ModelEntry::name).toList());
    }
}
