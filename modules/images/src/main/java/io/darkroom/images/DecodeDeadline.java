package io.darkroom.images;

import java.io.IOException;
import java.time.Duration;

/**
 * When a decoder has to be done. Decoders cannot be interrupted, but all of them pull their bytes
 * from a stream and report rows as they go, so that the deadline is looked at in both places.
 */
record DecodeDeadline(long endNanos, Duration allowed) {
    static DecodeDeadline in(Duration allowed) {
        return new DecodeDeadline(System.nanoTime() + allowed.toNanos(), allowed);
    }

    boolean passed() {
        return System.nanoTime() - endNanos >= 0;
    }

    String message() {
        return "decoding took longer than " + allowed.toMillis() + " ms";
    }

    void check() throws IOException {
        if (passed()) {
            throw new IOException(message());
        }
    }
}
