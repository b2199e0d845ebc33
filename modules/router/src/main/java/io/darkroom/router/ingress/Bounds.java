package io.darkroom.router.ingress;

import io.darkroom.contract.error.Fault;
import java.util.ArrayList;
import java.util.List;

/** Bounds on what strangers make the router repeat. */
final class Bounds {
    private static final int MAX_FAULTS = 64;
    private static final int MAX_PATH = 256;
    private static final int MAX_MESSAGE = 1024;

    private Bounds() {}

    static String text(String text, int characters) {
        return text.length() <= characters ? text : text.substring(0, characters - 3) + "...";
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
