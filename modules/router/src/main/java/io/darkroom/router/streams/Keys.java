package io.darkroom.router.streams;

import io.darkroom.contract.wire.AttemptKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Keys of records and of stored entries. */
final class Keys {
    private Keys() {}

    /** Neither part can hold a slash, so that the key can be read back. */
    static String job(String tenant, String id) {
        return tenant + "/" + id;
    }

    /** Sorts by time, then by job. */
    static byte[] timer(long epochMillis, String job) {
        byte[] name = job.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + name.length)
                .putLong(epochMillis)
                .put(name)
                .array();
    }

    static String jobOfTimer(byte[] timer) {
        return new String(timer, Long.BYTES, timer.length - Long.BYTES, StandardCharsets.UTF_8);
    }

    /** The place in a pool's queue; sorts by sequence. */
    static byte[] place(String pool, long sequence) {
        byte[] name = pool.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(name.length + 1 + Long.BYTES)
                .put(name)
                .put((byte) 0)
                .putLong(sequence)
                .array();
    }

    static byte[] attempt(String pool, AttemptKey attempt) {
        return String.join(
                        "/",
                        pool,
                        attempt.getJob().getTenant(),
                        attempt.getJob().getId(),
                        Integer.toString(attempt.getJob().getRun()),
                        Integer.toString(attempt.getIndex()),
                        Integer.toString(attempt.getAttempt()))
                .getBytes(StandardCharsets.UTF_8);
    }
}
