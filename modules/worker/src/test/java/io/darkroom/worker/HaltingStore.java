package io.darkroom.worker;

import io.darkroom.artifacts.ObjectStore;
import io.darkroom.artifacts.ObjectStoreException;
import java.net.URI;

/** Ends the process, without any of its shutdown hooks, once the real store has taken an object. */
record HaltingStore(ObjectStore real) implements ObjectStore {

    @Override
    public void put(URI uri, byte[] bytes, String contentType) throws ObjectStoreException {
        real.put(uri, bytes, contentType);
        if (!uri.getPath().contains("/probes/")) {
            Runtime.getRuntime().halt(WorkerProcess.KILLED);
        }
    }

    @Override
    public byte[] get(URI uri, long maxBytes) throws ObjectStoreException {
        return real.get(uri, maxBytes);
    }
}
