package io.darkroom.cli.local;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How the one-process system is set up.
 *
 * @param data the folder of the broker and the router
 * @param store the folder of the file store
 * @param port the broker's, on this machine only; 0 takes a free one
 * @param commitInterval how often the router commits its transactions; short, because a job passes
 *     several
 */
public record LocalSystemConfig(Path data, Path store, int port, Duration commitInterval) {

    /** All in one folder, at a free port, with the commit interval that one-machine systems are meant for. */
    public static LocalSystemConfig in(Path data) {
        return new LocalSystemConfig(data, data.resolve("store"), 0, Duration.ofMillis(10));
    }

    public LocalSystemConfig withStore(Path newStore) {
        return new LocalSystemConfig(data, newStore, port, commitInterval);
    }

    public LocalSystemConfig withPort(int newPort) {
        return new LocalSystemConfig(data, store, newPort, commitInterval);
    }

    public LocalSystemConfig withCommitInterval(Duration interval) {
        return new LocalSystemConfig(data, store, port, interval);
    }
}
