package io.darkroom.cli.client;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.router.CataloguePublisher;
import java.util.List;
import java.util.Optional;

/** The model catalogue as its topic holds it at the moment, by name. */
public record Catalogue(List<ModelEntry> entries) {

    public Catalogue {
        entries = List.copyOf(entries);
    }

    public static Catalogue read(Cluster cluster) {
        try (CataloguePublisher catalogue = cluster.catalogue()) {
            return new Catalogue(List.copyOf(catalogue.read().values()));
        }
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
