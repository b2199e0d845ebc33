package io.darkroom.worker.model;

import io.darkroom.inference.model.ControlNetFolder;
import io.darkroom.inference.model.DepthFolder;
import io.darkroom.inference.model.ModelException;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.inference.model.ServedModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The models that a worker serves, by digest. */
public final class WorkerModels {

    private final Map<String, ServedModel> byDigest;

    private WorkerModels(Map<String, ServedModel> byDigest) {
        this.byDigest = byDigest;
    }

    /**
     * Opens every folder.
     *
     * @throws ModelException naming the folder's file at fault
     */
    public static WorkerModels open(List<Path> folders) throws ModelException {
        Map<String, ServedModel> models = new LinkedHashMap<>();
        for (Path path : folders) {
            ServedModel folder = ServedModel.open(path);
            models.put(folder.digest(), folder);
        }
        return new WorkerModels(models);
    }

    /** A whole pipeline. */
    public Optional<ModelFolder> find(String digest) {
        return find(digest, ModelFolder.class);
    }

    public Optional<ControlNetFolder> controlNet(String digest) {
        return find(digest, ControlNetFolder.class);
    }

    public Optional<DepthFolder> depth(String digest) {
        return find(digest, DepthFolder.class);
    }

    public List<String> digests() {
        return List.copyOf(byDigest.keySet());
    }

    private <T extends ServedModel> Optional<T> find(String digest, Class<T> kind) {
        return Optional.ofNullable(byDigest.get(digest))
                .filter(kind::isInstance)
                .map(kind::cast);
    }
}
