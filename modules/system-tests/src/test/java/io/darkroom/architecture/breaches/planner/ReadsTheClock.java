package io.darkroom.architecture.breaches.planner;

import io.darkroom.architecture.breaches.router.DrawsPictures;
import java.time.Instant;

/** Also knows the router. */
record ReadsTheClock(DrawsPictures router) {
    Instant decidedAt() {
        return Instant.now();
    }
}
