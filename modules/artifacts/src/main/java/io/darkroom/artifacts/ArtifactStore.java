package io.darkroom.artifacts;

import io.darkroom.artifacts.ObjectStoreException.Kind;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongConsumer;

/** What the keepers of a store ask beyond reading and writing: large files, and what there is. */
public interface ArtifactStore extends ObjectStore {

    /** Bytes that are read at once where a whole object is not wanted in memory. */
    int PIECE_BYTES = 8 << 20;

    @Override
    default void put(URI uri, Path file, String contentType) throws ObjectStoreException {
        put(uri, file, contentType, sent -> {});
    }

    /**
     * The same, telling of the bytes as they go out.
     *
     * @param sent given the number of bytes of each piece; more than the file's in all if a piece is sent again
     */
    void put(URI uri, Path file, String contentType, LongConsumer sent) throws ObjectStoreException;

    /**
     * Reads a piece of an object, so that a large one can be read in many short requests.
     *
     * @param from the first byte, before the object's end
     * @param bytes 1 and up; fewer come back only at the object's end
     */
    byte[] range(URI uri, long from, int bytes) throws ObjectStoreException;

    @Override
    default String sha256(URI uri, long maxBytes) throws ObjectStoreException {
        long bytes = stat(uri).bytes();
        if (bytes > maxBytes) {
            throw new ObjectStoreException(
                    Kind.TOO_LARGE, uri, "the object has " + bytes + " bytes; at most " + maxBytes + " are read");
        }
        MessageDigest digest = Sha256.digest();
        for (long from = 0; from < bytes; from += PIECE_BYTES) {
            digest.update(range(uri, from, (int) Math.min(PIECE_BYTES, bytes - from)));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    ObjectStat stat(URI uri) throws ObjectStoreException;

    /**
     * Every object below a prefix that ends with a slash, ordered by URI; none is no error.
     *
     * @throws ObjectStoreException also with {@link Kind#NOT_FOUND} if the bucket does not exist
     */
    default List<ObjectStat> list(URI prefix) throws ObjectStoreException {
        List<ObjectStat> found = new ArrayList<>();
        int asManyAsS3Gives = 1000;
        eachPage(prefix, asManyAsS3Gives, found::addAll);
        found.sort(Comparator.comparing(ObjectStat::uri));
        return List.copyOf(found);
    }

    /**
     * The same in no order, a part at a time, so that it takes little memory whatever there is. Objects may be deleted
     * meanwhile.
     *
     * @param most objects in a page
     */
    void eachPage(URI prefix, int most, Page page) throws ObjectStoreException;

    /** Takes some of the objects that there are. */
    interface Page {
        void take(List<ObjectStat> objects) throws ObjectStoreException;
    }

    /** Removes an object; one that is not there is no error. */
    void delete(URI uri) throws ObjectStoreException;
}
