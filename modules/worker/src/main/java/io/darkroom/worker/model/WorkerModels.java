package io.darkroom.worker.model;

import io.darkroom.inference.model.ModelException;
import io.darkroom.inference.model.ModelFolder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The models that a worker serves, by digest. */
public final class WorkerModels {

    private final Map<String, ModelFolder> byDigest;

    private WorkerModels(Map<String, ModelFolder> byDigest) {
        this.byDigest = byDigest;
    }

    /**
     * Opens every folder.
     *
     * @throws ModelException naming the folder's file at fault
     */
    public static WorkerModels open(List<Path> folders) throws ModelException {
        Map<String, ModelFolder> models = new LinkedHashMap<>();
        for (Path path : folders) {
            ModelFolder folder = ModelFolder.open(path);
            models.put(folder.digest(), folder);
        }
        return new WorkerModels(models);
    }

    public Optional<ModelFolder> find(String digest) {
        return Optional.ofNullable(byDigest.get(digest));
    }

    public List<String> digests() {
        return List.copyOf(byDigest.keySet());
    }
}
