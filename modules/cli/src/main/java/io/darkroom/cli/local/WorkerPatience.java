package io.darkroom.cli.local;

import java.time.Duration;

/**
 * How long a worker may hold work.
 *
 * @param recordLock without a word of it, after which another worker is given the work, 1 s..1 h
 * @param drainGrace after it was told to stop, at the end of which running work is handed back
 */
public record WorkerPatience(Duration recordLock, Duration drainGrace) {}
