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
import java.util.stream.Stream;

/** The models that a worker serves, by digest. */
public final class WorkerModels {

    private final Map<String, ServedModel> byDigest;
    private final Map<String, AdapterFile> adapters;

    private WorkerModels(Map<String, ServedModel> byDigest, Map<String, AdapterFile> adapters) {
        this.byDigest = byDigest;
        this.adapters = adapters;
    }

    /**
     * Opens every folder, and every file of something that is added to a model.
     *
     * @throws ModelException naming the folder's file at fault
     */
    public static WorkerModels open(List<Path> folders) throws ModelException {
        Map<String, ServedModel> models = new LinkedHashMap<>();
        Map<String, AdapterFile> adapters = new LinkedHashMap<>();
        for (Path path : folders) {
            if (AdapterFile.isOne(path)) {
                AdapterFile adapter = AdapterFile.open(path);
                adapters.put(adapter.digest(), adapter);
                continue;
            }
            ServedModel folder = ServedModel.open(path);
            models.put(folder.digest(), folder);
        }
        return new WorkerModels(models, adapters);
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

    /** A textual inversion or a LoRA. */
    public Optional<AdapterFile> adapter(String digest) {
        return Optional.ofNullable(adapters.get(digest));
    }

    public List<String> digests() {
        return Stream.concat(byDigest.keySet().stream(), adapters.keySet().stream())
                .toList();
    }

    private <T extends ServedModel> Optional<T> find(String digest, Class<T> kind) {
        return Optional.ofNullable(byDigest.get(digest))
                .filter(kind::isInstance)
                .map(kind::cast);
    }
}
