package io.darkroom.artifacts.model;

import io.darkroom.artifacts.FolderLocks;
import io.darkroom.artifacts.model.ModelStoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Models that were pulled from stores, in a folder of this machine that any number of processes share. A model appears under its
 * digest when all of its files are there and checked, by one rename. Those that nobody uses go when room is needed, the one whose
 * last use lies back furthest first.
 *
 * <p>In the folder: {@code models/<digest>/}, {@code pulling/<digest>/} for what is on its way, {@code locks/} for who is busy with
 * what. Who uses a model holds a lock on a file of its own there, so that the dead use nothing.
 */
public final class ModelCache {
    private final Path folder;
    private final FolderLocks locks;
    private final CacheRoom room;
    private final Clock clock;

    /**
     * @param folder made if it is not there
     * @param maxBytes of all models in it
     */
    public ModelCache(Path folder, long maxBytes, Clock clock) {
        this.folder = folder.toAbsolutePath().normalize();
        this.locks = new FolderLocks(this.folder.resolve("locks"));
        this.room = new CacheRoom(this, maxBytes);
        this.clock = clock;
    }

    /**
     * A model, pulled from the first store that has it if it is not here. Waits while another process pulls the same one.
     *
     * @throws ModelStoreException if it cannot be had, or stopped by the transfer
     */
    public CachedModel use(String digest, List<ModelStore> stores, Transfer transfer)
            throws ModelStoreException, InterruptedException {
        if (!digest.matches("[0-9a-f]{64}")) {
            throw new ModelStoreException(Kind.MISSING, "a model's digest has 64 lower-case hexadecimal digits");
        }
        try {
            Optional<CachedModel> here = find(digest);
            return here.isPresent() ? here.get() : pulled(digest, stores, transfer);
        } catch (ModelStoreException e) {
            throw e;
        } catch (IOException e) {
            throw new ModelStoreException(
                    Kind.NO_ROOM, "the cache of models " + folder + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** One that is here, whole. */
    Optional<CachedModel> find(String digest) throws IOException, InterruptedException {
        try (var all = whole()) {
            return marked(digest);
        }
    }

    private CachedModel pulled(String digest, List<ModelStore> stores, Transfer transfer)
            throws IOException, InterruptedException {
        try (var own = locks.acquire(pullLock(digest))) {
            Optional<CachedModel> here = find(digest);
            if (here.isPresent()) {
                return here.get();
            }
            Found found = found(digest, stores);
            StoredModel model = found.model();
            Path arriving = pulling(digest);
            try (var all = whole()) {
                room.make(model);
                Files.createDirectories(arriving);
                Files.write(arriving.resolve(ModelManifests.FILE), ModelManifests.write(model));
            }
            new ModelPull(found.store(), model, arriving).run(transfer);
            try (var all = whole()) {
                Files.createDirectories(models());
                Files.move(arriving, models().resolve(digest), StandardCopyOption.ATOMIC_MOVE);
                return marked(digest).orElseThrow();
            }
        }
    }

    private record Found(ModelStore store, StoredModel model) {}

    private static Found found(String digest, List<ModelStore> stores) throws ModelStoreException {
        for (ModelStore store : stores) {
            Optional<StoredModel> model = store.find(digest);
            if (model.isPresent()) {
                return new Found(store, model.get());
            }
        }
        throw new ModelStoreException(
                Kind.MISSING,
                "model " + digest + " is in none of the stores "
                        + String.join(
                                ", ",
                                stores.stream()
                                        .map(store -> store.prefix().toString())
                                        .toList())
                        + "; put it there with: darkroom models import --store");
    }

    /** Under the lock of all: nobody may take it away between finding it and marking it. */
    private Optional<CachedModel> marked(String digest) throws IOException, InterruptedException {
        Path model = models().resolve(digest);
        if (!Files.isDirectory(model, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        StoredModel listed = ModelManifests.read(Files.readAllBytes(model.resolve(ModelManifests.FILE)), digest);
        Files.setLastModifiedTime(model, FileTime.from(clock.instant()));
        return Optional.of(new CachedModel(listed, model, locks.acquire(digest + "." + UUID.randomUUID())));
    }

    Path models() {
        return folder.resolve("models");
    }

    Path pulling(String digest) {
        return folder.resolve("pulling").resolve(digest);
    }

    FolderLocks locks() {
        return locks;
    }

    static String pullLock(String digest) {
        return digest + ".pull";
    }

    private FolderLocks.Held whole() throws IOException, InterruptedException {
        return locks.acquire("all");
    }
}
