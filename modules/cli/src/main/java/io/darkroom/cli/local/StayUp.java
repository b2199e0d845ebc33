package io.darkroom.cli.local;

import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a process up until it is told to stop, and then stops it orderly. */
public final class StayUp {
    private static final Logger LOG = LoggerFactory.getLogger(StayUp.class);

    private StayUp() {}

    /**
     * Waits for Ctrl-C or a termination signal, and closes {@code running} before the process ends.
     * Does not return otherwise.
     */
    public static int untilStopped(AutoCloseable running) throws InterruptedException {
        var hook = new Thread(() -> close(running), "shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        new CountDownLatch(1).await();
        throw new IllegalStateException("nothing counts this latch down");
    }

    private static void close(AutoCloseable running) {
        try {
            running.close();
        } catch (Exception e) {
            LOG.warn("did not stop orderly", e);
        }
    }
}
