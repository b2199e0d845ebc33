package io.darkroom.router.streams;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.router.dispatch.QueueKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Keys of records and of stored entries. */
final class Keys {
    static final String QUEUES = "/queues/";
    static final String TENANTS = "/tenants/";
    static final String WORKERS = "/workers/";

    private Keys() {}

    /** Of what is meant for all jobs of a tenant; no job has it, and all of the tenant's jobs begin with it. */
    static String tenant(String tenant) {
        return tenant + "/";
    }

    static boolean isTenant(String key) {
        return key.endsWith("/");
    }

    /** The first key behind those of the tenant's jobs. */
    static String behindTenant(String tenant) {
        return tenant + (char) ('/' + 1);
    }

    /** Sorts by time, then by job. */
    static byte[] timer(long epochMillis, String job) {
        byte[] name = job.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + name.length)
                .putLong(epochMillis)
                .put(name)
                .array();
    }

    static long timeOf(byte[] timer) {
        return ByteBuffer.wrap(timer).getLong();
    }

    static String jobOfTimer(byte[] timer) {
        return new String(timer, Long.BYTES, timer.length - Long.BYTES, StandardCharsets.UTF_8);
    }

    /** Of a pool's record for that queue; the pool's own has its name for a key, in which there is no slash. */
    static String queue(String pool, QueueKey queue) {
        return pool + QUEUES + queue.tenant() + "/" + queue.priority().getNumber();
    }

    static String tenant(String pool, String tenant) {
        return pool + TENANTS + tenant;
    }

    static String worker(String pool, String worker) {
        return pool + WORKERS + worker;
    }

    /** Of any record of a pool. */
    static String poolOf(String key) {
        int slash = key.indexOf('/');
        return slash < 0 ? key : key.substring(0, slash);
    }

    /** The place in one of a pool's queues; the places of a queue sort by sequence. */
    static byte[] place(String pool, QueueKey queue, long sequence) {
        String name = pool + "/" + queue.tenant() + "/" + queue.priority().getNumber() + "/";
        byte[] prefix = name.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(prefix.length + Long.BYTES)
                .put(prefix)
                .putLong(sequence)
                .array();
    }

    static long sequenceOf(byte[] place) {
        return ByteBuffer.wrap(place).getLong(place.length - Long.BYTES);
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
