package io.darkroom.router.ingress;

import io.darkroom.contract.error.Excerpt;
import io.darkroom.contract.error.Fault;
import java.util.ArrayList;
import java.util.List;

/** Bounds on what strangers make the router repeat. */
final class Bounds {
    /** One more than a parser finds, which says how many it left out. */
    private static final int MAX_FAULTS = 65;

    private static final int MAX_PATH = 256;
    private static final int MAX_MESSAGE = 1024;

    private Bounds() {}

    static String text(String text, int characters) {
        return Excerpt.of(text, characters);
    }

    static List<Fault> faults(List<Fault> faults) {
        List<Fault> bounded = new ArrayList<>();
        for (Fault fault : faults.subList(0, Math.min(MAX_FAULTS, faults.size()))) {
            bounded.add(new Fault(text(fault.path(), MAX_PATH), text(fault.message(), MAX_MESSAGE)));
        }
        if (faults.size() > MAX_FAULTS) {
            bounded.set(MAX_FAULTS - 1, new Fault("", "and " + (faults.size() - MAX_FAULTS + 1) + " more faults"));
        }
        return bounded;
    }
}
