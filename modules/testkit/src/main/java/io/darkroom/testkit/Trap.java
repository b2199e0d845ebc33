package io.darkroom.testkit;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Catches one request at a {@link TrapProxy}: whoever sent it waits for an answer that does not come, until its
 * connection ends.
 */
public final class Trap {

    /** Which side of the server's work the request is caught on. */
    public enum Moment {
        /** The server never sees it. */
        BEFORE,
        /** The server has done what it asks, and its answer is kept back. */
        AFTER
    }

    private final Moment moment;
    private final Predicate<byte[]> wanted;
    private final CountDownLatch sprung = new CountDownLatch(1);

    Trap(Moment moment, Predicate<byte[]> wanted) {
        this.moment = moment;
        this.wanted = wanted;
    }

    /** Waits for the request; whether it came. */
    public boolean await(Duration atMost) throws InterruptedException {
        return sprung.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    Moment moment() {
        return moment;
    }

    boolean wants(byte[] request) {
        return wanted.test(request);
    }

    void spring() {
        sprung.countDown();
    }
}
