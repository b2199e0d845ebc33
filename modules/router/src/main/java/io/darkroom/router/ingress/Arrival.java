package io.darkroom.router.ingress;

import java.util.Optional;

/**
 * A record as it came in; everything in it may be hostile.
 *
 * @param value empty for a tombstone
 * @param traceparent the record's header of that name, if it is well-formed
 */
public record Arrival(Optional<byte[]> value, Origin origin, Optional<String> traceparent) {
    /** Where the record stands; the timestamp is as the topic has it, epoch milliseconds. */
    public record Origin(String topic, int partition, long offset, long timestamp) {}
}
