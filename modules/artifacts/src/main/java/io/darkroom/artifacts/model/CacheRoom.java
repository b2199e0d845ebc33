package io.darkroom.artifacts.model;

import io.darkroom.artifacts.FolderLocks;
import io.darkroom.artifacts.model.ModelStoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Keeps a cache within its size. All of it is done under the cache's lock. */
final class CacheRoom {
    private final ModelCache cache;
    private final long maxBytes;

    CacheRoom(ModelCache cache, long maxBytes) {
        this.cache = cache;
        this.maxBytes = maxBytes;
    }

    /** What takes room: a model, or one on its way, which will need all of its bytes. */
    private record Occupant(Path folder, String digest, long bytes, FileTime used, boolean arriving) {}

    /**
     * Takes away what nobody uses until there is room for another model.
     *
     * @throws ModelStoreException if there is none
     */
    void make(StoredModel model) throws IOException {
        long wanted = model.size();
        if (wanted > maxBytes) {
            throw new ModelStoreException(
                    Kind.NO_ROOM,
                    "model " + model.digest() + " has " + wanted + " bytes, the cache of models takes " + maxBytes
                            + "; raise --model-cache-size");
        }
        List<Occupant> occupants = occupants(model.digest());
        long taken = occupants.stream().mapToLong(Occupant::bytes).sum();
        for (Occupant occupant : occupants) {
            if (taken + wanted <= maxBytes) {
                return;
            }
            if (take(occupant)) {
                taken -= occupant.bytes();
            }
        }
        if (taken + wanted > maxBytes) {
            throw new ModelStoreException(
                    Kind.NO_ROOM,
                    "model " + model.digest() + " has " + wanted + " bytes; the cache of models takes " + maxBytes
                            + ", and " + taken + " are in use; raise --model-cache-size");
        }
    }

    /** What is half pulled first, then by last use. */
    private List<Occupant> occupants(String except) throws IOException {
        List<Occupant> occupants = new ArrayList<>();
        occupants.addAll(in(cache.pulling(except).getParent(), true));
        occupants.addAll(in(cache.models(), false));
        return occupants.stream()
                .filter(occupant -> !occupant.digest().equals(except))
                .sorted(Comparator.comparing(Occupant::arriving).reversed().thenComparing(Occupant::used))
                .toList();
    }

    private static List<Occupant> in(Path folder, boolean arriving) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Occupant> occupants = new ArrayList<>();
        try (Stream<Path> children = Files.list(folder)) {
            for (Path child : children.toList()) {
                String digest = child.getFileName().toString();
                occupants.add(
                        new Occupant(child, digest, bytes(child, digest), Files.getLastModifiedTime(child), arriving));
            }
        }
        return occupants;
    }

    private static long bytes(Path folder, String digest) throws IOException {
        Path manifest = folder.resolve(ModelManifests.FILE);
        if (!Files.isRegularFile(manifest, LinkOption.NOFOLLOW_LINKS)) {
            return 0;
        }
        return ModelManifests.read(Files.readAllBytes(manifest), digest).size();
    }

    private boolean take(Occupant occupant) throws IOException {
        if (occupant.arriving()) {
            Optional<FolderLocks.Held> pulling = cache.locks().tryAcquire(ModelCache.pullLock(occupant.digest()));
            if (pulling.isEmpty()) {
                return false;
            }
            try (var held = pulling.get()) {
                delete(occupant.folder());
            }
            return true;
        }
        if (isUsed(occupant.digest())) {
            return false;
        }
        // renamed first, so that a crash leaves no half of a model under its name
        Path doomed = cache.pulling(occupant.digest());
        delete(doomed);
        Files.createDirectories(doomed.getParent());
        Files.move(occupant.folder(), doomed);
        delete(doomed);
        return true;
    }

    /** Marks of the dead are taken away on the way. */
    private boolean isUsed(String digest) throws IOException {
        boolean used = false;
        try (Stream<Path> marks = Files.list(cache.locks().folder())) {
            for (Path mark : marks.toList()) {
                String name = mark.getFileName().toString();
                if (name.startsWith(digest + ".") && !name.endsWith(".pull")) {
                    Optional<FolderLocks.Held> dead = cache.locks().tryAcquire(name);
                    used |= dead.isEmpty();
                    if (dead.isPresent()) {
                        dead.get().closeAndDelete();
                    }
                }
            }
        }
        return used;
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
