package io.darkroom.contract.letter;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Excerpt;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.request.Envelope;
import io.darkroom.contract.result.JobResult;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the system gave up on, for a person to look at: a record that could not be accepted, or a job
 * that failed for no fault of its user. Bounded, because in a transaction a record too large for the
 * broker cannot be skipped.
 *
 * @param key names the letter, so that it can be discarded: {@code <topic>/<partition>/<offset>} of
 *     the record, or {@code <tenant>/<id>/<run>} of the job
 * @param headers why, and from where or for whom; the names are this class's constants
 * @param value the first {@value #MAX_VALUE_BYTES} bytes of the record, or the job's result
 */
public record DeadLetter(String key, Map<String, String> headers, byte[] value) {
    /** More of a record than this is not kept. */
    public static final int MAX_VALUE_BYTES = 256 * 1024;

    public static final String CODE = "darkroom.code";
    public static final String REASON = "darkroom.reason";
    public static final String TENANT = "darkroom.tenant";
    public static final String ID = "darkroom.id";
    public static final String RUN = "darkroom.run";
    public static final String ORIGIN_TOPIC = "darkroom.origin.topic";
    public static final String ORIGIN_PARTITION = "darkroom.origin.partition";
    public static final String ORIGIN_OFFSET = "darkroom.origin.offset";
    public static final String ORIGIN_TIMESTAMP = "darkroom.origin.timestamp";
    public static final String ORIGINAL_BYTES = "darkroom.original.bytes";
    public static final String ORIGINAL_SHA256 = "darkroom.original.sha256";

    private static final int MAX_REASON_CHARACTERS = 4096;

    /** Where a record stands; the timestamp is as the topic has it, epoch milliseconds. */
    public record Origin(String topic, int partition, long offset, long timestamp) {}

    /**
     * A record that could not be accepted.
     *
     * @param sender who sent it, as far as that could be read
     */
    public static DeadLetter ofRecord(
            Origin origin, Optional<byte[]> value, Envelope sender, ErrorCode code, String reason) {
        byte[] original = value.orElse(new byte[0]);
        Map<String, String> headers = headers(code, reason);
        sender.tenant().ifPresent(tenant -> headers.put(TENANT, tenant));
        sender.id().ifPresent(id -> headers.put(ID, id));
        headers.put(ORIGIN_TOPIC, origin.topic());
        headers.put(ORIGIN_PARTITION, Integer.toString(origin.partition()));
        headers.put(ORIGIN_OFFSET, Long.toString(origin.offset()));
        headers.put(ORIGIN_TIMESTAMP, Long.toString(origin.timestamp()));
        headers.put(ORIGINAL_BYTES, Integer.toString(original.length));
        headers.put(ORIGINAL_SHA256, sha256(original));
        return new DeadLetter(
                origin.topic() + "/" + origin.partition() + "/" + origin.offset(),
                headers,
                Arrays.copyOf(original, Math.min(original.length, MAX_VALUE_BYTES)));
    }

    /** A job that failed; its result says at which stage and after how many attempts. */
    public static DeadLetter ofJob(JobResult result, JobResult.JobError error) {
        Map<String, String> headers = headers(error.code(), error.message());
        headers.put(TENANT, result.tenant());
        headers.put(ID, result.id());
        headers.put(RUN, Integer.toString(result.run()));
        byte[] json = Json.write(result);
        return new DeadLetter(
                result.tenant() + "/" + result.id() + "/" + result.run(),
                headers,
                Arrays.copyOf(json, Math.min(json.length, MAX_VALUE_BYTES)));
    }

    public DeadLetter withHeader(String name, String text) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, text);
        return new DeadLetter(key, more, value);
    }

    private static Map<String, String> headers(ErrorCode code, String reason) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(CODE, code.name());
        headers.put(REASON, Excerpt.of(reason, MAX_REASON_CHARACTERS));
        return headers;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
