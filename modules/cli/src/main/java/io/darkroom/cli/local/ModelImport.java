package io.darkroom.cli.local;

import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.catalogue.ModelEntry;
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

    /** Imports a model and says under which name and for which pool. */
    public void run(
            Path folder,
            Optional<String> name,
            String pool,
            Optional<String> licence,
            Optional<String> token,
            Optional<Double> cost,
            Terminal terminal) {
        ModelEntry entry = publish(folder, name.orElseGet(() -> ModelFolders.name(folder)), pool, licence, token, cost);
        terminal.line(entry.name()
                + " is in the catalogue, digest "
                + entry.digest()
                + "; serve it with: darkroom worker --pool "
                + pool
                + " --models "
                + folder);
    }

    /**
     * @param token of a textual inversion
     * @param cost as measured
     */
    ModelEntry publish(
            Path path,
            String name,
            String pool,
            Optional<String> licence,
            Optional<String> token,
            Optional<Double> cost) {
        requireName("--name", name, "[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
        requireName("--pool", pool, "[a-z0-9][a-z0-9-]{0,62}");
        cost.filter(multiple -> !(multiple > 0 && multiple <= 1000)).ifPresent(multiple -> {
            throw CommandFailure.job("--cost: " + multiple + " is outside 0.0001..1000");
        });
        try {
            ModelEntry read = AdapterFile.isOne(path)
                    ? ModelEntries.of(AdapterFile.open(path), name, pool, licence, token)
                    : ModelEntries.of(ModelFolders.open(path), name, pool, licence);
            ModelEntry entry = cost.map(read::withCost).orElse(read);
            try (CataloguePublisher catalogue = cluster.catalogue()) {
                catalogue.publish(entry);
            }
            return entry;
        } catch (ModelException e) {
            throw CommandFailure.infrastructure(path + ": " + e.getMessage(), e);
        }
    }

    private static void requireName(String flag, String name, String pattern) {
        if (!name.matches(pattern)) {
            throw CommandFailure.job(flag + ": " + name + " must match " + pattern);
        }
    }
}
