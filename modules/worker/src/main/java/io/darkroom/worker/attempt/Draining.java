package io.darkroom.worker.attempt;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * An orderly stop, seen by all slots: from {@link #begin} on no work is taken, and when its grace
 * is over running work leaves the batch at its next step.
 */
public final class Draining {

    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile long graceEndNanos;

    public void begin(Duration grace) {
        graceEndNanos = System.nanoTime() + grace.toNanos();
        begun.countDown();
    }

    public boolean begun() {
        return begun.getCount() == 0;
    }

    public boolean graceIsOver() {
        return begun() && System.nanoTime() - graceEndNanos >= 0;
    }

    /** Waits for the given time, or until the stop begins. */
    public void pause(Duration time) throws InterruptedException {
        var unused = begun.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }
}
