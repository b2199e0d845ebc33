package io.darkroom.artifacts;

import java.net.URI;
import java.time.Instant;

/** What a store tells of an object without reading it. */
public record ObjectStat(URI uri, long bytes, Instant modified) {}
