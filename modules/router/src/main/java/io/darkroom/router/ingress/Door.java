package io.darkroom.router.ingress;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.request.Envelope;
import java.util.List;

/** Judges what comes in from one topic. Pure; never throws for any bytes. */
@FunctionalInterface
public interface Door {
    List<Passage> pass(Arrival arrival);

    /** Whether the verdict may be another one as soon as the catalogue is read on. */
    default boolean isForNow(List<Passage> verdict) {
        return false;
    }

    /**
     * What becomes of a record that could not be judged, or must not be.
     *
     * @param why for the dead letter, without anything of the record
     */
    default List<Passage> unjudged(Arrival arrival, String why) {
        return List.of(new Passage.ToDeadLetters(
                Refusals.letter(arrival, Envelope.NOBODY, ErrorCode.INTERNAL, List.of(new Fault("", why)))));
    }
}
