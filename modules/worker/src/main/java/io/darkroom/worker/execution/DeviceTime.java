package io.darkroom.worker.execution;

import io.darkroom.pipelines.Timings;

/** What one attempt has taken of the device so far, as far as its stages have said; of one thread. */
final class DeviceTime {
    private long nanos;

    void add(Timings timings) {
        add(timings.deviceNanos());
    }

    void add(long deviceNanos) {
        nanos += deviceNanos;
    }

    long millis() {
        return Math.round(nanos / 1e6);
    }
}
