package io.darkroom.router.ingress;

import io.darkroom.contract.letter.DeadLetter;
import java.util.Optional;

/**
 * A record as it came in; everything in it may be hostile.
 *
 * @param value empty for a tombstone
 * @param traceparent the record's header of that name, if it is well-formed
 */
public record Arrival(Optional<byte[]> value, DeadLetter.Origin origin, Optional<String> traceparent) {}
