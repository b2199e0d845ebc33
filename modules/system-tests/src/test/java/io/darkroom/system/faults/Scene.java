package io.darkroom.system.faults;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Where one fault strikes, and what it did to the jobs of that moment. */
final class Scene {

    /** How long a job may take to recover, on a machine that has other things to do. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Fleet fleet;
    private final Load load;
    private final RandomGenerator dice;
    private Optional<Harm> harm = Optional.empty();

    private record Harm(long nanos, Set<String> jobs) {}

    Scene(Fleet fleet, Load load, RandomGenerator dice) {
        this.fleet = fleet;
        this.load = load;
        this.dice = dice;
    }

    Fleet fleet() {
        return fleet;
    }

    Member aWorker() {
        return oneOf(fleet.workers());
    }

    /** One of those that end jobs, and so write pictures. */
    Member aPublisher() {
        return oneOf(fleet.publishers());
    }

    Member aRouter() {
        return oneOf(fleet.routers());
    }

    Member aMember() {
        return oneOf(fleet.members());
    }

    Child aBroker() {
        return oneOf(fleet.brokers());
    }

    private <T> T oneOf(List<T> all) {
        return all.get(dice.nextInt(all.size()));
    }

    /** The fault begins now. */
    void strikes() {
        harm = Optional.of(new Harm(System.nanoTime(), load.waiting()));
    }

    /** Lets that many more jobs be finished while the fault lasts. */
    void whileJobsFinish(int jobs) throws InterruptedException {
        var unused = load.awaitFinished(load.finished() + jobs, PATIENCE);
    }

    /**
     * Waits until every job that was under way when the fault struck has its result.
     *
     * @return how long the last of them took from then on
     * @throws IllegalStateException if some never got there
     */
    Duration recovery() throws InterruptedException {
        Harm done = harm.orElseThrow();
        Set<String> missing = load.await(done.jobs(), PATIENCE);
        if (!missing.isEmpty()) {
            throw new IllegalStateException("without a result after " + PATIENCE + ": " + missing);
        }
        return done.jobs().isEmpty()
                ? Duration.ZERO
                : Duration.ofNanos(Math.max(0, load.lastFinishedNanos(done.jobs()) - done.nanos()));
    }
}
