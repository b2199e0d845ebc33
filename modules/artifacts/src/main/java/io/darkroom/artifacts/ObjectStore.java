package io.darkroom.artifacts;

import java.net.URI;

/** Where pictures and latents lie. Safe for many threads. */
public interface ObjectStore {

    /** Writes an object, over one that is there. Once this returns, every reader finds it whole. */
    void put(URI uri, byte[] bytes, String contentType) throws ObjectStoreException;

    /**
     * Reads an object.
     *
     * @param maxBytes a larger one is refused before it is read
     */
    byte[] get(URI uri, long maxBytes) throws ObjectStoreException;
}
