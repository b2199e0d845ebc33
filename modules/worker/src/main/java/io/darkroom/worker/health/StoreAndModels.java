package io.darkroom.worker.health;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.darkroom.artifacts.ArtifactStore;
import io.darkroom.artifacts.ObjectStore;
import io.darkroom.artifacts.ObjectStoreException;
import io.darkroom.worker.model.WorkerModels;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a small object below the hand-over prefix and reads it back, and looks for the folders of models. */
public final class StoreAndModels implements HealthProbe.Check {
    private static final Logger LOG = LoggerFactory.getLogger(StoreAndModels.class);
    private static final byte[] CONTENT = "A worker looks whether its store answers.\n".getBytes(UTF_8);

    private final ObjectStore store;
    private final URI object;
    private final WorkerModels models;

    /**
     * @param handoverPrefix ends with a slash
     * @param incarnation name of this life of the worker: two must not take each other's object away
     */
    public StoreAndModels(ObjectStore store, URI handoverPrefix, String incarnation, WorkerModels models) {
        this.store = store;
        this.object = URI.create(handoverPrefix + "probes/" + incarnation);
        this.models = models;
    }

    @Override
    public void run() throws IllWorkerException {
        Optional<Path> missing = models.missingFolder();
        if (missing.isPresent()) {
            throw new IllWorkerException("the model folder " + missing.get() + " is not there or cannot be read", null);
        }
        try {
            store.put(object, CONTENT, "text/plain");
            if (!Arrays.equals(store.get(object, CONTENT.length), CONTENT)) {
                throw new IllWorkerException("the store gives other bytes than were written to " + object, null);
            }
        } catch (ObjectStoreException e) {
            throw new IllWorkerException("the store does not answer below the hand-over prefix: " + e.getMessage(), e);
        }
        delete();
    }

    /** A right to delete is not needed for any work. */
    private void delete() {
        if (store instanceof ArtifactStore artifacts) {
            try {
                artifacts.delete(object);
            } catch (ObjectStoreException e) {
                LOG.debug("{} stays", object, e);
            }
        }
    }
}
