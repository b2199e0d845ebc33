package io.darkroom.router.ingress;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.contract.request.Envelope;
import java.util.List;
import java.util.stream.Collectors;

/** Records that a door did not let in, as dead letters. */
public final class Refusals {
    private Refusals() {}

    public static DeadLetter letter(Arrival arrival, Envelope sender, ErrorCode code, List<Fault> faults) {
        String reason = faults.stream().map(Fault::toString).collect(Collectors.joining("; "));
        DeadLetter letter = DeadLetter.ofRecord(arrival.origin(), arrival.value(), sender, code, reason);
        return arrival.traceparent()
                .map(trace -> letter.withHeader(Traceparent.HEADER, trace))
                .orElse(letter);
    }
}
