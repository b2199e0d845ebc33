package io.darkroom.worker.model;

import io.darkroom.artifacts.model.Transfer;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says every few seconds how far a long pull is, and ends it where nobody wants it any more. */
public final class PullLog implements Transfer {
    private static final Logger LOG = LoggerFactory.getLogger(PullLog.class);
    private static final long EVERY_NANOS = Duration.ofSeconds(5).toNanos();
    private static final int MEBIBYTE = 1 << 20;

    private final String what;
    private final BooleanSupplier wanted;
    private long lastNanos = System.nanoTime();

    /**
     * @param what is pulled, for the log
     * @param wanted whether still
     */
    public PullLog(String what, BooleanSupplier wanted) {
        this.what = what;
        this.wanted = wanted;
    }

    @Override
    public boolean moved(long done, long of) {
        long now = System.nanoTime();
        if (now - lastNanos >= EVERY_NANOS) {
            lastNanos = now;
            LOG.info("pulling {}: {} of {} MiB", what, done / MEBIBYTE, of / MEBIBYTE);
        }
        return wanted.getAsBoolean();
    }
}
