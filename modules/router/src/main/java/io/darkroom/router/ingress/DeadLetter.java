package io.darkroom.router.ingress;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.request.Envelope;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A record that could not be accepted, bounded: in a transaction, a record too large for the broker
 * cannot be skipped.
 *
 * @param key tenant/id as far as they could be read
 * @param headers why, from where, and the whole value's size and SHA-256
 * @param value the first {@value #MAX_VALUE_BYTES} bytes of the original
 */
public record DeadLetter(Optional<String> key, Map<String, String> headers, byte[] value) {
    /** More of a record than this is not kept. */
    public static final int MAX_VALUE_BYTES = 256 * 1024;

    private static final int MAX_REASON_CHARACTERS = 4096;

    public static DeadLetter of(Arrival arrival, Envelope envelope, ErrorCode code, List<Fault> faults) {
        byte[] original = arrival.value().orElse(new byte[0]);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("darkroom.code", code.name());
        headers.put("darkroom.reason", reason(faults));
        headers.put("darkroom.origin.topic", arrival.origin().topic());
        headers.put(
                "darkroom.origin.partition", Integer.toString(arrival.origin().partition()));
        headers.put("darkroom.origin.offset", Long.toString(arrival.origin().offset()));
        headers.put("darkroom.origin.timestamp", Long.toString(arrival.origin().timestamp()));
        headers.put("darkroom.original.bytes", Integer.toString(original.length));
        headers.put("darkroom.original.sha256", sha256(original));
        arrival.traceparent().ifPresent(trace -> headers.put("traceparent", trace));
        Optional<String> key = envelope.tenant().flatMap(tenant -> envelope.id().map(id -> tenant + "/" + id));
        return new DeadLetter(key, headers, Arrays.copyOf(original, Math.min(original.length, MAX_VALUE_BYTES)));
    }

    private static String reason(List<Fault> faults) {
        return Bounds.text(
                faults.stream().map(Fault::toString).collect(Collectors.joining("; ")), MAX_REASON_CHARACTERS);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
