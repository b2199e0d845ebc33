package io.darkroom.artifacts;

import io.darkroom.artifacts.ObjectStoreException.Kind;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** What the keepers of a store ask beyond reading and writing: large files, and what there is. */
public interface ArtifactStore extends ObjectStore {

    /** Writes an object from a file, which is not held in memory. */
    void put(URI uri, Path file, String contentType) throws ObjectStoreException;

    ObjectStat stat(URI uri) throws ObjectStoreException;

    /**
     * Every object below a prefix that ends with a slash, ordered by URI; none is no error.
     *
     * @throws ObjectStoreException also with {@link Kind#NOT_FOUND} if the bucket does not exist
     */
    List<ObjectStat> list(URI prefix) throws ObjectStoreException;

    /** Removes an object; one that is not there is no error. */
    void delete(URI uri) throws ObjectStoreException;
}
