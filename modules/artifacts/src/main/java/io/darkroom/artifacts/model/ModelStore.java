package io.darkroom.artifacts.model;

import io.darkroom.artifacts.ArtifactStore;
import io.darkroom.artifacts.ObjectStat;
import io.darkroom.artifacts.ObjectStoreException;
import io.darkroom.artifacts.Sha256;
import io.darkroom.artifacts.model.ModelStoreException.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Models below one prefix of an object store. Files lie under their SHA-256, {@code blobs/<sha256>}, so that models that share a VAE
 * share its file; {@code manifests/<digest>.json} says which files a model has. A manifest is written before its files, so that what
 * an import leaves behind that was interrupted is always named by one, and is completed by another import or taken by {@link #remove}.
 */
public final class ModelStore {
    /** One request of a pull: short enough to be repeated, long enough not to be waited for. */
    static final int PIECE_BYTES = 8 << 20;

    private static final String MANIFESTS = "manifests/";
    private static final String BLOBS = "blobs/";
    private static final String BINARY = "application/octet-stream";

    private final ArtifactStore store;
    private final URI prefix;

    /**
     * @param prefix ends with a slash
     */
    public ModelStore(ArtifactStore store, URI prefix) {
        this.store = Objects.requireNonNull(store, "store");
        this.prefix = prefix;
        if (!prefix.toString().endsWith("/")) {
            throw new IllegalArgumentException("prefix: " + prefix + " must end with a slash");
        }
    }

    public URI prefix() {
        return prefix;
    }

    /** The digests of all models whose manifests are there. */
    public List<String> digests() throws ModelStoreException {
        List<String> digests = new ArrayList<>();
        for (ObjectStat stat : listed(MANIFESTS)) {
            String name = stat.uri().getPath().replaceAll(".*/", "");
            if (name.matches("[0-9a-f]{64}\\.json")) {
                digests.add(name.substring(0, 64));
            }
        }
        return List.copyOf(digests);
    }

    /**
     * What is there under the digest.
     *
     * @throws ModelStoreException if its manifest cannot be read, or not be trusted
     */
    public Optional<StoredModel> find(String digest) throws ModelStoreException {
        try {
            return Optional.of(ModelManifests.read(store.get(manifest(digest), ModelManifests.MAX_BYTES), digest));
        } catch (ObjectStoreException e) {
            if (e.kind() == ObjectStoreException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw mapped(e);
        }
    }

    /**
     * Brings a model's files into the store, those that it has already left out. Done again it completes what was interrupted.
     *
     * @param place where a file of it lies on this machine
     */
    public void add(StoredModel model, Function<StoredFile, Path> place, Transfer transfer) throws ModelStoreException {
        try {
            store.put(manifest(model.digest()), ModelManifests.write(model), "application/json");
            long total = model.size();
            long done = 0;
            for (StoredFile file : model.files()) {
                if (!holds(file)) {
                    upload(file, place.apply(file), done, total, transfer);
                }
                done += file.size();
                transfer.moved(done, total);
            }
        } catch (ObjectStoreException e) {
            throw mapped(e);
        }
    }

    private void upload(StoredFile file, Path path, long before, long total, Transfer transfer)
            throws ObjectStoreException, ModelStoreException {
        long[] sent = {0};
        store.put(blob(file.sha256()), path, BINARY, bytes -> {
            sent[0] += bytes;
            transfer.moved(before + Math.min(sent[0], file.size()), total);
        });
        try {
            // what was hashed before and sent now may be two things
            if (Files.size(path) != file.size() || !Sha256.of(path).equals(file.sha256())) {
                store.delete(blob(file.sha256()));
                throw new ModelStoreException(Kind.REFUSED, path + " changed while it was sent; import it again");
            }
        } catch (ModelStoreException | ObjectStoreException e) {
            throw e;
        } catch (IOException e) {
            throw new ModelStoreException(Kind.MISSING, path + " cannot be read any more", e);
        }
    }

    /** Reads a piece of a file, as long as there is something left of it. */
    byte[] piece(StoredFile file, long from) throws ModelStoreException {
        try {
            return store.range(blob(file.sha256()), from, (int) Math.min(PIECE_BYTES, file.size() - from));
        } catch (ObjectStoreException e) {
            throw mapped(e);
        }
    }

    /**
     * Reads every file of a model.
     *
     * @return what is not as its manifest says, a sentence each; none for a whole model
     */
    public List<String> verify(StoredModel model, Transfer transfer) throws ModelStoreException {
        List<String> faults = new ArrayList<>();
        long done = 0;
        for (StoredFile file : model.files()) {
            fault(file, done, model.size(), transfer).ifPresent(faults::add);
            done += file.size();
        }
        return List.copyOf(faults);
    }

    private Optional<String> fault(StoredFile file, long before, long total, Transfer transfer)
            throws ModelStoreException {
        Optional<Long> there = bytesOf(file);
        if (there.isEmpty()) {
            return Optional.of(file.path() + " is missing");
        }
        if (there.get() != file.size()) {
            return Optional.of(file.path() + " has " + there.get() + " bytes, not " + file.size());
        }
        FileDigest digest = new FileDigest();
        while (digest.bytes() < file.size()) {
            digest.add(piece(file, digest.bytes()));
            transfer.moved(before + digest.bytes(), total);
        }
        return digest.hex().equals(file.sha256()) ? Optional.empty() : Optional.of(file.path() + " differs");
    }

    /**
     * Takes a model's manifest, and then the files that no other manifest of this store names. Another process that imports a model
     * with the same files at the same moment has to import it again.
     *
     * @return bytes that are free now
     */
    public long remove(String digest) throws ModelStoreException {
        try {
            store.delete(manifest(digest));
            Set<String> named = new HashSet<>();
            for (String other : digests()) {
                find(other).ifPresent(model -> model.files().forEach(file -> named.add(file.sha256())));
            }
            long freed = 0;
            for (ObjectStat blob : listed(BLOBS)) {
                if (!named.contains(blob.uri().getPath().replaceAll(".*/", ""))) {
                    store.delete(blob.uri());
                    freed += blob.bytes();
                }
            }
            return freed;
        } catch (ObjectStoreException e) {
            throw mapped(e);
        }
    }

    private boolean holds(StoredFile file) throws ModelStoreException {
        return bytesOf(file).equals(Optional.of(file.size()));
    }

    private Optional<Long> bytesOf(StoredFile file) throws ModelStoreException {
        try {
            return Optional.of(store.stat(blob(file.sha256())).bytes());
        } catch (ObjectStoreException e) {
            if (e.kind() == ObjectStoreException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw mapped(e);
        }
    }

    private List<ObjectStat> listed(String folder) throws ModelStoreException {
        try {
            return store.list(URI.create(prefix + folder));
        } catch (ObjectStoreException e) {
            throw mapped(e);
        }
    }

    private URI manifest(String digest) {
        return URI.create(prefix + MANIFESTS + digest + ".json");
    }

    private URI blob(String sha256) {
        return URI.create(prefix + BLOBS + sha256);
    }

    private static ModelStoreException mapped(ObjectStoreException e) {
        Kind kind =
                switch (e.kind()) {
                    case NOT_FOUND -> Kind.MISSING;
                    case TRANSIENT, MISCONFIGURED -> Kind.UNAVAILABLE;
                    case DENIED, TOO_LARGE, INVALID, CORRUPT -> Kind.REFUSED;
                };
        return new ModelStoreException(kind, "the store of models: " + e.getMessage(), e);
    }

    /** Whether a folder of this machine is such a store, and not a folder of models. */
    public static boolean isOne(Path folder) {
        return Files.isDirectory(folder.resolve(MANIFESTS)) && Files.isDirectory(folder.resolve(BLOBS));
    }
}
