package io.darkroom.worker.artifact;

import io.darkroom.artifacts.ObjectStore;
import io.darkroom.artifacts.ObjectStoreException;
import io.darkroom.artifacts.ObjectStoreException.Kind;
import io.darkroom.artifacts.RedirectRule;
import io.darkroom.contract.error.ErrorKind;
import io.darkroom.worker.attempt.StopSignal;
import io.darkroom.worker.attempt.StoppedException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The object store with a bounded number of tries: a passing fault costs a pause, a lasting one
 * ends the attempt, which the router may then give to another worker.
 */
public final class StoreAccess {

    private static final int TRIES = 4;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private final ObjectStore store;

    public StoreAccess(ObjectStore store) {
        this.store = store;
    }

    byte[] get(URI uri, long maxBytes, RedirectRule redirects, StopSignal stop)
            throws ObjectStoreException, StoppedException, InterruptedException {
        return persistently(() -> store.get(uri, maxBytes, redirects), stop);
    }

    byte[] getVerified(URI uri, String sha256, long maxBytes, StopSignal stop)
            throws ObjectStoreException, StoppedException, InterruptedException {
        return persistently(() -> store.getVerified(uri, sha256, maxBytes), stop);
    }

    /**
     * Returns once a reader has found the bytes. That the store took them is not enough: a pointer to what a store
     * acknowledged and lost would be told as the job's outcome, and nobody would make the picture again.
     */
    void put(URI uri, byte[] bytes, String contentType, StopSignal stop)
            throws ObjectStoreException, StoppedException, InterruptedException {
        persistently(
                () -> {
                    store.put(uri, bytes, contentType);
                    requireStored(() -> Arrays.equals(store.get(uri, bytes.length), bytes));
                    return uri;
                },
                stop);
    }

    /** The same of a file, which is not held in memory. */
    void put(URI uri, Path file, long bytes, String sha256, String contentType, StopSignal stop)
            throws ObjectStoreException, StoppedException, InterruptedException {
        persistently(
                () -> {
                    store.put(uri, file, contentType);
                    requireStored(() -> store.sha256(uri, bytes).equals(sha256));
                    return uri;
                },
                stop);
    }

    private interface Check {
        boolean isTrue() throws ObjectStoreException;
    }

    private static void requireStored(Check sameBytes) throws ObjectStoreException {
        try {
            if (sameBytes.isTrue()) {
                return;
            }
        } catch (ObjectStoreException e) {
            switch (e.kind()) {
                case NOT_FOUND, TOO_LARGE -> throw new ObjectStoreException(Kind.CORRUPT, lost(e.getMessage()), e);
                case INVALID, MISCONFIGURED, CORRUPT, TRANSIENT -> throw e;
                case DENIED -> {
                    // Some may write only; the store's word has to do for them.
                    return;
                }
            }
        }
        throw new ObjectStoreException(Kind.CORRUPT, lost("other bytes are there"));
    }

    private static String lost(String found) {
        return "the store acknowledged an object and does not have it: " + found;
    }

    private interface Call<T> {
        T run() throws ObjectStoreException, InterruptedException;
    }

    private static <T> T persistently(Call<T> call, StopSignal stop)
            throws ObjectStoreException, StoppedException, InterruptedException {
        for (int tried = 1; ; tried++) {
            stop.check();
            try {
                return call.run();
            } catch (ObjectStoreException e) {
                if (e.kind().errorKind() != ErrorKind.TRANSIENT || tried == TRIES) {
                    throw e;
                }
                pause(tried);
            }
        }
    }

    /**
     * Doubles, with up to as much again by chance, so that the slots of many workers do not return
     * together.
     */
    private static void pause(int tried) throws InterruptedException {
        long millis = FIRST_PAUSE.toMillis() << (tried - 1);
        Thread.sleep(millis + ThreadLocalRandom.current().nextLong(millis));
    }
}
