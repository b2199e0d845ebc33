package io.darkroom.simulation;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Many histories, each checked. The router's decisions are the real ones; brokers, store, workers and their clocks are
 * simulated, with every fault that Kafka's protocol allows.
 */
public final class Simulation {
    private final Set<Safeguard> without;

    /**
     * @param without safeguards taken from the router, to see that their loss is noticed
     */
    public Simulation(Set<Safeguard> without) {
        this.without = Set.copyOf(without);
    }

    /**
     * What came out.
     *
     * @param histories how many were run
     * @param jobs in all of them
     * @param faults in all of them
     * @param failure the first history that broke a promise; nothing is run after it
     */
    public record Outcome(int histories, long jobs, long faults, Optional<Failure> failure) {}

    /**
     * A history that broke promises.
     *
     * @param seed runs it again
     */
    public record Failure(long seed, List<Violation> violations) {}

    /**
     * Runs histories until one fails.
     *
     * @param firstSeed of the first; each later one has the next
     * @param histories at least 1
     * @param progress told of each finished history
     */
    public Outcome run(long firstSeed, int histories, Consumer<Integer> progress) {
        long jobs = 0;
        long faults = 0;
        for (int done = 1; done <= histories; done++) {
            long seed = firstSeed + done - 1;
            History.Ending ending = History.run(seed, without);
            jobs += ending.jobs();
            faults += ending.faults();
            if (!ending.violations().isEmpty()) {
                return new Outcome(done, jobs, faults, Optional.of(new Failure(seed, ending.violations())));
            }
            progress.accept(done);
        }
        return new Outcome(histories, jobs, faults, Optional.empty());
    }
}
