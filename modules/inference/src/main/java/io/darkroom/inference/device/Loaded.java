package io.darkroom.inference.device;

import java.util.function.Consumer;

/** Something that is loaded at its first use; a failed load is tried again at the next. */
final class Loaded<T> {
    /** May take long and may fail. */
    interface Loading<T> {
        T load() throws DeviceException;
    }

    private final Loading<T> loading;
    private T value;
    private boolean closed;

    Loaded(Loading<T> loading) {
        this.loading = loading;
    }

    synchronized T get() throws DeviceException {
        if (closed) {
            throw new DeviceException(DeviceException.Kind.INTERNAL, "the device is closed");
        }
        if (value == null) {
            value = loading.load();
        }
        return value;
    }

    synchronized void close(Consumer<T> closing) {
        closed = true;
        if (value != null) {
            closing.accept(value);
            value = null;
        }
    }
}
