package io.darkroom.simulation;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.simulation.Workload.Character;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What all parts of a history share. */
final class World {
    static final List<ErrorCode> PASSING =
            List.of(ErrorCode.STORE_UNAVAILABLE, ErrorCode.OUT_OF_MEMORY, ErrorCode.INTERNAL, ErrorCode.ARTIFACT_LOST);
    private static final Duration RESTART = Duration.ofSeconds(5);
    private static final Duration SLOW_RESTART = Duration.ofMinutes(2);

    private final Timeline timeline;
    private final Dice dice;
    private final Topics topics;
    private final ObjectStore store = new ObjectStore();
    private final Story story;
    private final Map<String, Character> characters = new HashMap<>();
    private final Set<String> served = new HashSet<>();
    private boolean faulty = true;
    private int faults;

    World(long seed) {
        this.timeline = new Timeline();
        this.dice = new Dice(seed);
        this.topics = new Topics(timeline);
        this.story = new Story(timeline);
    }

    Timeline timeline() {
        return timeline;
    }

    Dice dice() {
        return dice;
    }

    Topics topics() {
        return topics;
    }

    ObjectStore store() {
        return store;
    }

    Story story() {
        return story;
    }

    /** Notes that somebody serves the pool. */
    void serves(String pool) {
        served.add(pool);
    }

    boolean hasWorkers(String pool) {
        return served.contains(pool);
    }

    /** Whether nothing is left to do, and nothing can come. */
    boolean drained(SimulatedRouter router) {
        return !faulty
                && router.caughtUp()
                && router.idle()
                && served.stream().allMatch(pool -> topics.pools.get(pool).unfinished() == 0);
    }

    void has(Workload.Job job) {
        characters.put(job.id(), job.character());
    }

    Character characterOf(String id) {
        return characters.get(id);
    }

    /** From now on all goes as it should. */
    void heal() {
        faulty = false;
        story.tell("faults end");
    }

    boolean faulty() {
        return faulty;
    }

    boolean faultHappens(double probability) {
        boolean happens = faulty && dice.chance(probability);
        faults += happens ? 1 : 0;
        return happens;
    }

    int faults() {
        return faults;
    }

    /** The work item takes its worker's process with it; something starts it again. */
    void diesOf(SimulatedWorker worker, WorkItem item) {
        story.tell(
                "work item %d of %s kills its worker",
                item.getIndex(), item.getJob().getId());
        worker.kill();
        startAgain(worker);
    }

    /** As whatever looks after processes does. */
    void startAgain(SimulatedWorker worker) {
        timeline.after(dice.between(RESTART, SLOW_RESTART), () -> {
            if (!worker.alive()) {
                worker.start();
            }
        });
    }
}
