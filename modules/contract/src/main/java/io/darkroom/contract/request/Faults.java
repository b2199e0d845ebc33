package io.darkroom.contract.request;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects what is wrong with a request while it is read to its end. */
final class Faults {
    private final List<Fault> faults = new ArrayList<>();
    private int uriFaults;

    void add(String path, String format, Object... values) {
        faults.add(new Fault(path, String.format(format, values)));
    }

    void addUri(String path, String uri, Optional<String> fault) {
        fault.ifPresent(message -> {
            uriFaults++;
            faults.add(new Fault(path, uri + ": " + message));
        });
    }

    boolean isEmpty() {
        return faults.isEmpty();
    }

    List<Fault> all() {
        return List.copyOf(faults);
    }

    /** A request whose only fault is where it points has a code of its own. */
    ErrorCode code() {
        return uriFaults == faults.size() ? ErrorCode.URI_NOT_ALLOWED : ErrorCode.INVALID_REQUEST;
    }
}
