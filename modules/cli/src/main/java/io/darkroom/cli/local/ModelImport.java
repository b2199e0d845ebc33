package io.darkroom.cli.local;

import io.darkroom.artifacts.model.LocalFiles;
import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.ModelEntryBuilder;
import io.darkroom.inference.model.ModelException;
import io.darkroom.router.CataloguePublisher;
import io.darkroom.worker.model.AdapterFile;
import java.nio.file.Path;
import java.util.Optional;

/** Puts models into a cluster's catalogue. */
public final class ModelImport {
    private final Cluster cluster;

    public ModelImport(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * How a model is to be known.
     *
     * @param name absent: its folder's
     * @param licence absent: its manifest's
     * @param token of a textual inversion
     * @param cost as measured
     */
    public record Description(
            Optional<String> name,
            String pool,
            Optional<String> licence,
            Optional<String> token,
            Optional<Double> cost) {
        public Description {
            name.ifPresent(given -> requireName("--name", given, "[A-Za-z0-9][A-Za-z0-9._-]{0,127}"));
            requireName("--pool", pool, "[a-z0-9][a-z0-9-]{0,62}");
            cost.filter(multiple -> !(multiple > 0 && multiple <= 1000)).ifPresent(multiple -> {
                throw CommandFailure.job("--cost: " + multiple + " is outside 0.0001..1000");
            });
        }

        private static void requireName(String flag, String name, String pattern) {
            if (!name.matches(pattern)) {
                throw CommandFailure.job(flag + ": " + name + " must match " + pattern);
            }
        }
    }

    /**
     * Imports a model and says under which name and for which pool.
     *
     * @param given where it lies, or its name among the bundled ones
     * @param store that its files are sent to; without one they stay where they are
     */
    public void run(String given, Description description, Optional<StoredModels> store, Terminal terminal) {
        ModelEntry entry = publish(BundledModels.standard().resolve(given), description, store);
        terminal.line(entry.name()
                + " is in the catalogue, digest "
                + entry.digest()
                + "; serve it with: darkroom worker --pool "
                + entry.pool()
                + " --models "
                + entry.store().orElse(given));
    }

    ModelEntry publish(Path path, Description description, Optional<StoredModels> store) {
        String name = description.name().orElseGet(() -> ModelFolders.name(path));
        try {
            Optional<AdapterFile> adapter =
                    AdapterFile.isOne(path) ? Optional.of(AdapterFile.open(path)) : Optional.empty();
            if (!ModelFolders.isModel(path)) {
                PickledWeights.in(path).ifPresent(fault -> {
                    throw CommandFailure.usage(fault, null);
                });
            }
            Path files = adapter.map(AdapterFile::path).orElse(path);
            ModelEntryBuilder described = adapter.isPresent()
                    ? ModelEntries.of(adapter.get(), name, description.pool(), description.token())
                    : ModelEntries.of(ModelFolders.open(path), name, description.pool());
            if (description.cost().isPresent()) {
                described.cost(description.cost());
            }
            Optional<String> own = ModelFolders.licence(path);
            ModelEntry entry = described
                    .licence(description.licence().or(() -> own))
                    .sizeBytes(ModelFolders.bytes(files))
                    .store(store.map(StoredModels::uri))
                    .build();
            store.ifPresent(to -> send(files, entry, to));
            try (CataloguePublisher catalogue = cluster.catalogue()) {
                catalogue.publish(entry);
            }
            return entry;
        } catch (ModelException e) {
            throw CommandFailure.infrastructure(path + ": " + e.getMessage(), e);
        }
    }

    /** A folder's own list is believed for its digest; what workers pull is what lies there. */
    private static void send(Path path, ModelEntry entry, StoredModels store) {
        LocalFiles files = StoredModels.files(path);
        if (!entry.digest().equals(files.model().digest())) {
            throw CommandFailure.infrastructure(
                    path + ": its files are not those of its manifest.json; see what differs"
                            + " with: darkroom models verify " + path);
        }
        store.send(files, entry.name());
    }
}
