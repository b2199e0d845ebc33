package io.darkroom.inference.device;

import java.util.Objects;

/** One device of a worker: owns the sessions, and the one thread that calls them. */
public final class Device implements AutoCloseable {
    private final DeviceConfig config;

    private Device(DeviceConfig config) {
        this.config = Objects.requireNonNull(config, "config");
    }

    public static Device open(DeviceConfig config) {
        return new Device(config);
    }

    public DeviceConfig config() {
        return config;
    }

    @Override
    public void close() {}
}
