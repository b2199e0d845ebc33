package io.darkroom.router.ingress;

import java.util.List;

/** Judges what comes in from one topic. Pure; never throws for any bytes. */
@FunctionalInterface
public interface Door {
    List<Passage> pass(Arrival arrival);
}
