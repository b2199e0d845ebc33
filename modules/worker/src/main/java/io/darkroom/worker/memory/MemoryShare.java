package io.darkroom.worker.memory;

import io.darkroom.worker.attempt.StopSignal;
import io.darkroom.worker.attempt.StoppedException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A part of the heap that is lent before it is used. Who asks first is served first, so that a large request is not passed over
 * for ever by small ones; one that is larger than the whole share has it alone. Nobody who holds a lease of a share may ask it
 * for another. Safe for many threads.
 */
public final class MemoryShare {
    /** How often one who waits looks whether its attempt has been stopped. */
    private static final long LOOK_MILLIS = 100;

    private final long bytes;
    private final Deque<Object> waiting = new ArrayDeque<>();
    private long free;

    /** What is lent, until it is closed. */
    public final class Lease implements AutoCloseable {
        private final long lent;
        private boolean closed;

        private Lease(long lent) {
            this.lent = lent;
        }

        @Override
        public void close() {
            giveBack(this);
        }
    }

    /** @param bytes 1 and up */
    public MemoryShare(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes: " + bytes + " must be at least 1");
        }
        this.bytes = bytes;
        this.free = bytes;
    }

    /** How large it is when nothing is lent. */
    public long bytes() {
        return bytes;
    }

    /**
     * Waits until there is as much.
     *
     * @param wanted bytes, 0 and up
     * @throws StoppedException when the attempt was stopped meanwhile
     */
    public synchronized Lease reserve(long wanted, StopSignal stop) throws StoppedException, InterruptedException {
        long needed = Math.min(wanted, bytes);
        Object me = new Object();
        waiting.add(me);
        try {
            while (waiting.peek() != me || free < needed) {
                stop.check();
                wait(LOOK_MILLIS);
            }
            free -= needed;
            return new Lease(needed);
        } finally {
            waiting.remove(me);
            notifyAll();
        }
    }

    /** How many ask for more than there is. */
    synchronized int waiting() {
        return waiting.size();
    }

    private synchronized void giveBack(Lease lease) {
        if (!lease.closed) {
            lease.closed = true;
            free += lease.lent;
            notifyAll();
        }
    }
}
