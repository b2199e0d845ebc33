package io.darkroom.worker.model;

import io.darkroom.artifacts.model.CachedModel;
import io.darkroom.artifacts.model.ModelStoreException;
import io.darkroom.artifacts.model.ModelSupply;
import io.darkroom.artifacts.model.Transfer;
import io.darkroom.inference.model.ControlNetFolder;
import io.darkroom.inference.model.DepthFolder;
import io.darkroom.inference.model.ModelException;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.inference.model.PriorFolder;
import io.darkroom.inference.model.ServedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The models that a worker serves, by digest: those of its own folders, and those that it can pull. Safe for many threads. */
public final class WorkerModels {

    private final Map<String, ServedModel> byDigest = new ConcurrentHashMap<>();
    private final Map<String, AdapterFile> adapters = new ConcurrentHashMap<>();
    private final Set<String> own = new LinkedHashSet<>();
    private final List<Path> folders;
    private final Optional<ModelSupply> supply;

    private WorkerModels(List<Path> folders, Optional<ModelSupply> supply) {
        this.folders = List.copyOf(folders);
        this.supply = supply;
    }

    /**
     * Opens every folder, and every file of something that is added to a model.
     *
     * @param supply of models that are in none of the folders
     * @throws ModelException naming the folder's file at fault
     */
    public static WorkerModels open(List<Path> folders, Optional<ModelSupply> supply) throws ModelException {
        var models = new WorkerModels(folders, supply);
        for (Path path : folders) {
            models.own.add(models.add(path));
        }
        return models;
    }

    private String add(Path path) throws ModelException {
        if (AdapterFile.isOne(path)) {
            AdapterFile adapter = AdapterFile.open(path);
            adapters.put(adapter.digest(), adapter);
            return adapter.digest();
        }
        ServedModel folder = ServedModel.open(path);
        byDigest.put(folder.digest(), folder);
        return folder.digest();
    }

    /**
     * Makes models ready to be found, pulling those that are not here, and keeps them until the lease is closed. What this worker
     * has no supply of is left out.
     *
     * @throws ModelStoreException if one cannot be had
     */
    public ModelLease lease(Collection<String> digests, Transfer transfer)
            throws ModelStoreException, InterruptedException {
        List<CachedModel> pulled = new ArrayList<>();
        var lease = new ModelLease(pulled);
        try {
            for (String digest : new LinkedHashSet<>(digests)) {
                if (supply.isPresent() && !own.contains(digest)) {
                    pulled.add(pull(digest, supply.get(), transfer));
                }
            }
            return lease;
        } catch (ModelStoreException | InterruptedException | RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    private CachedModel pull(String digest, ModelSupply from, Transfer transfer)
            throws ModelStoreException, InterruptedException {
        CachedModel model = from.use(digest, transfer);
        try {
            if (!byDigest.containsKey(digest) && !adapters.containsKey(digest)) {
                add(model.path());
            }
            return model;
        } catch (ModelException e) {
            model.close();
            throw new ModelStoreException(
                    ModelStoreException.Kind.REFUSED, "model " + digest + " cannot be served: " + e.getMessage(), e);
        }
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

    /** What makes image embeddings: a prior alone, or a model that holds one. */
    public Optional<ServedModel> prior(String digest) {
        return find(digest, PriorFolder.class)
                .<ServedModel>map(folder -> folder)
                .or(() -> find(digest).filter(model -> model.prior().isPresent()));
    }

    /** A textual inversion or a LoRA. */
    public Optional<AdapterFile> adapter(String digest) {
        return Optional.ofNullable(adapters.get(digest));
    }

    /** One of the worker's own folders that cannot be read any more. */
    public Optional<Path> missingFolder() {
        return folders.stream().filter(folder -> !Files.isReadable(folder)).findFirst();
    }

    /** Of all that were opened until now. */
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
