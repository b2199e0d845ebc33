package io.darkroom.images;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * How much work a file may make for its decoder. Decoders cannot be interrupted, but all of them pull their bytes
 * from a stream and report rows as they go, so that the deadline is looked at in both places.
 *
 * <p>It is the thread's own CPU time that counts: on a busy machine a decoder waits for others, which is no fault of the file.
 */
record DecodeDeadline(long endNanos, Duration allowed) {
    /** For the thread that calls, which has to be the one that decodes. */
    static DecodeDeadline in(Duration allowed) {
        return new DecodeDeadline(usedNanos() + allowed.toNanos(), allowed);
    }

    boolean passed() {
        return usedNanos() - endNanos >= 0;
    }

    String message() {
        return "decoding took more than " + allowed.toMillis() + " ms of CPU time";
    }

    void check() throws IOException {
        if (passed()) {
            throw new IOException(message());
        }
    }

    /** Of this thread; the clock's where this machine does not count that, as for virtual threads. */
    private static long usedNanos() {
        long cpuNanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        return cpuNanos < 0 ? System.nanoTime() : cpuNanos;
    }
}
