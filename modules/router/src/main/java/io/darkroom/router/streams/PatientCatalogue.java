package io.darkroom.router.streams;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.planner.Catalogue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Looks again for a model that is not there. Another thread reads the catalogue's topic, so a
 * request that was sent right after its model was published can be here first. It waits for {@link
 * #PATIENCE} at most, and not again for {@link #PAUSE}: requests that name no model at all cost
 * each partition a hundredth of its time.
 */
final class PatientCatalogue implements Catalogue {
    static final Duration PATIENCE = Duration.ofMillis(300);
    static final Duration PAUSE = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

    private final Catalogue catalogue;
    private final LongSupplier nanoClock;
    private long patientFrom;

    PatientCatalogue(Catalogue catalogue, LongSupplier nanoClock) {
        this.catalogue = catalogue;
        this.nanoClock = nanoClock;
        this.patientFrom = nanoClock.getAsLong();
    }

    @Override
    public Optional<ModelEntry> find(String name) {
        Optional<ModelEntry> found = catalogue.find(name);
        if (found.isPresent() || nanoClock.getAsLong() - patientFrom < 0) {
            return found;
        }
        long end = nanoClock.getAsLong() + PATIENCE.toNanos();
        while (found.isEmpty() && nanoClock.getAsLong() - end < 0) {
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            found = catalogue.find(name);
        }
        if (found.isEmpty()) {
            patientFrom = nanoClock.getAsLong() + PAUSE.toNanos();
        }
        return found;
    }

    @Override
    public List<String> names(int limit) {
        return catalogue.names(limit);
    }
}
