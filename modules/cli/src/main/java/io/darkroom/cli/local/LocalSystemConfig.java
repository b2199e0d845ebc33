package io.darkroom.cli.local;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How the one-process system is set up.
 *
 * @param data the folder that holds all it keeps
 * @param port the broker's, on this machine only; 0 takes a free one
 * @param commitInterval how often the router commits its transactions; short, because a job passes
 *     several
 */
public record LocalSystemConfig(Path data, int port, Duration commitInterval) {

    /** At a free port, with the commit interval that one-machine systems are meant for. */
    public static LocalSystemConfig in(Path data) {
        return new LocalSystemConfig(data, 0, Duration.ofMillis(10));
    }

    public LocalSystemConfig withPort(int newPort) {
        return new LocalSystemConfig(data, newPort, commitInterval);
    }

    public LocalSystemConfig withCommitInterval(Duration interval) {
        return new LocalSystemConfig(data, port, interval);
    }
}
