package io.darkroom.cli.local;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a process up until it is told to stop, and then shuts it down gracefully, or ends it when the grace is over: a part that
 * hangs, or a heap that is full, must not keep a process from ending.
 */
public final class StayUp {
    /** To flush logs and indexes. */
    public static final Duration BROKER_GRACE = Duration.ofSeconds(30);

    /** Longer than a router waits for its threads. */
    static final Duration ROUTER_GRACE = Duration.ofSeconds(30);

    /** What a worker may take beyond the time that it gives to running work: to release the rest and close its clients. */
    static final Duration WORKER_CLOSING = Duration.ofSeconds(20);

    /** Of a process that was told to stop and had to be ended. */
    private static final int NOT_STOPPED = 1;

    private static final Logger LOG = LoggerFactory.getLogger(StayUp.class);

    private StayUp() {}

    /**
     * Waits for Ctrl-C or a termination signal, and closes {@code running} before the process ends.
     * Does not return otherwise.
     *
     * @param grace how long closing may take before the process is ended with exit code 1
     */
    public static int untilStopped(AutoCloseable running, Duration grace) throws InterruptedException {
        onStop(running, grace);
        new CountDownLatch(1).await();
        throw new IllegalStateException("nothing counts this latch down");
    }

    /**
     * Has {@code running} closed when the process is told to stop, and the process ended when that takes longer than the grace.
     *
     * @return whether the process was told to stop
     */
    static BooleanSupplier onStop(AutoCloseable running, Duration grace) {
        CountDownLatch told = new CountDownLatch(1);
        // Made now, because in a process without memory no thread can be started any more.
        Thread.ofPlatform().daemon().name("shutdown-watch").start(() -> endAfter(told, grace));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(running, told), "shutdown"));
        return () -> told.getCount() == 0;
    }

    private static void close(AutoCloseable running, CountDownLatch told) {
        told.countDown();
        try {
            running.close();
        } catch (Exception | Error e) {
            LOG.warn("did not shut down gracefully: {}", e.toString());
        }
    }

    private static void endAfter(CountDownLatch told, Duration grace) {
        try {
            told.await();
            TimeUnit.MILLISECONDS.sleep(grace.toMillis());
            System.err.println("Darkroom did not stop within " + grace.toSeconds()
                    + " s and is ended now; what it had not finished is done again by others or after a restart.");
        } catch (InterruptedException | RuntimeException | Error e) {
            LOG.debug("the watch over the shutdown was disturbed", e);
        } finally {
            Runtime.getRuntime().halt(NOT_STOPPED);
        }
    }
}
