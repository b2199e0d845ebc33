package io.darkroom.router.ingress;

import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.contract.wire.router.DispatchEvent;
import io.darkroom.contract.wire.router.JobEvent;

/** Where something that came in goes on to. */
public sealed interface Passage {
    /** To the job that the event names. */
    record ToJob(JobEvent event) implements Passage {}

    /** To every job of the tenant, wherever it is kept. */
    record ToTenant(String tenant, JobEvent event) implements Passage {}

    /** To a pool. */
    record ToPool(String pool, DispatchEvent event) implements Passage {}

    /** Nobody can do anything with it but a person. */
    record ToDeadLetters(DeadLetter letter) implements Passage {}
}
