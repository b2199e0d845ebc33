package io.darkroom.testkit;

import java.time.Duration;

/** What a {@link FaultProxy} does to the connections it accepts. */
public sealed interface NetworkFault {
    /** Nothing: bytes go both ways. */
    record None() implements NetworkFault {}

    /** The server's answer waits this long before its first byte. */
    record Delay(Duration duration) implements NetworkFault {}

    /** The request goes through and is never answered; the connection stays open. */
    record Stall() implements NetworkFault {}

    /** The connection ends after this many bytes of the server's answers. */
    record CutAfter(long bytes) implements NetworkFault {}

    /** The connection is closed as soon as it is accepted. */
    record Refuse() implements NetworkFault {}

    /**
     * As many connections are answered with HTTP 503 by the proxy itself; those after them go
     * through.
     */
    record Unavailable(int requests) implements NetworkFault {}
}
