package io.darkroom.contract.request;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Excerpt;
import io.darkroom.contract.error.Fault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Collects what is wrong with a request while it is read to its end: the first {@value #MOST}, and how many more there are. */
final class Faults {
    /** More than a person reads; what is beyond is counted only, so that a record of nothing but faults costs no more. */
    static final int MOST = 64;

    private static final int MAX_MESSAGE = 1024;
    private static final int MAX_URI = 256;

    private final List<Fault> faults = new ArrayList<>();
    private int more;
    private int uriFaults;

    void add(String path, String format, Object... values) {
        add(() -> new Fault(path, Excerpt.of(String.format(format, values), MAX_MESSAGE)));
    }

    /** The fault is worded only if there is room for it. */
    void add(Supplier<Fault> fault) {
        if (faults.size() < MOST) {
            faults.add(fault.get());
        } else {
            more++;
        }
    }

    void addUri(String path, String uri, Optional<String> fault) {
        fault.ifPresent(message -> {
            uriFaults++;
            add(() -> new Fault(path, Excerpt.of(uri, MAX_URI) + ": " + message));
        });
    }

    boolean isEmpty() {
        return faults.isEmpty();
    }

    /** The last one says how many more there are. */
    List<Fault> all() {
        return withRest(faults);
    }

    /** In the order of their paths. */
    List<Fault> sorted() {
        return withRest(
                faults.stream().sorted(Comparator.comparing(Fault::path)).toList());
    }

    private List<Fault> withRest(List<Fault> first) {
        return more == 0
                ? List.copyOf(first)
                : Stream.concat(first.stream(), Stream.of(new Fault("", "and " + more + " more faults")))
                        .toList();
    }

    /** A request whose only fault is where it points has a code of its own. */
    ErrorCode code() {
        return uriFaults == faults.size() + more ? ErrorCode.URI_NOT_ALLOWED : ErrorCode.INVALID_REQUEST;
    }
}
