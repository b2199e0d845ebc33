package io.darkroom.artifacts;

import io.darkroom.artifacts.ObjectStoreException.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where pictures and latents lie. An operation has happened in full when it returns, or throws: no
 * reader sees half an object, and putting the same bytes twice is the same as once. Safe for many
 * threads.
 */
public interface ObjectStore {

    /** Writes an object, over one that is there. Once this returns, every reader finds it whole. */
    void put(URI uri, byte[] bytes, String contentType) throws ObjectStoreException;

    /** Writes an object from a file; a store that can does not hold it in memory. */
    default void put(URI uri, Path file, String contentType) throws ObjectStoreException {
        try {
            put(uri, Files.readAllBytes(file), contentType);
        } catch (IOException e) {
            throw new ObjectStoreException(Kind.INVALID, uri, "the file to be stored cannot be read: " + file, e);
        }
    }

    /**
     * The SHA-256 of what is there; a store that can does not hold it in memory.
     *
     * @param maxBytes beyond which reading stops with {@link Kind#TOO_LARGE}
     */
    default String sha256(URI uri, long maxBytes) throws ObjectStoreException {
        return Sha256.of(get(uri, maxBytes));
    }

    /**
     * Reads an object.
     *
     * @param maxBytes beyond which reading stops with {@link Kind#TOO_LARGE}, whatever size was
     *     announced
     */
    byte[] get(URI uri, long maxBytes) throws ObjectStoreException;

    /**
     * Reads an object that a user named. Where the store's own protocol has no redirects this is the same.
     *
     * @param redirects where a server may send the reader on to
     */
    default byte[] get(URI uri, long maxBytes, RedirectRule redirects) throws ObjectStoreException {
        return get(uri, maxBytes);
    }

    /** Reads an object whose digest is known from elsewhere, and checks it. */
    default byte[] getVerified(URI uri, String sha256, long maxBytes) throws ObjectStoreException {
        byte[] content = get(uri, maxBytes);
        String actual = Sha256.of(content);
        if (!actual.equals(sha256)) {
            throw new ObjectStoreException(
                    Kind.CORRUPT, uri, "the content has the SHA-256 " + actual + ", not " + sha256 + " as promised");
        }
        return content;
    }
}
