package io.darkroom.cli.local;

import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.inference.model.ModelException;
import io.darkroom.inference.model.ServedModel;
import io.darkroom.router.CataloguePublisher;
import java.nio.file.Path;
import java.util.Optional;

/** Puts models into a cluster's catalogue. */
public final class ModelImport {
    private final Cluster cluster;

    public ModelImport(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Imports a model and says under which name and for which pool. */
    public void run(Path folder, Optional<String> name, String pool, Optional<String> licence, Terminal terminal) {
        ModelEntry entry = publish(folder, name.orElseGet(() -> ModelFolders.name(folder)), pool, licence);
        terminal.line(entry.name()
                + " is in the catalogue, digest "
                + entry.digest()
                + "; serve it with: darkroom worker --pool "
                + pool
                + " --models "
                + folder);
    }

    ModelEntry publish(Path path, String name, String pool, Optional<String> licence) {
        requireName("--name", name, "[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
        requireName("--pool", pool, "[a-z0-9][a-z0-9-]{0,62}");
        ServedModel folder = ModelFolders.open(path);
        try {
            ModelEntry entry = ModelEntries.of(folder, name, pool, licence);
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
