package io.darkroom.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a job takes beyond what its workers compute: the hops through the brokers, the router's
 * transactions, the store. Systems that differ in one setting take turns, so that a slower moment of
 * the machine meets all of them.
 */
public final class JobOverhead {
    public static final int WARM_UP = 3;

    private JobOverhead() {}

    /** A system that runs jobs of one kind. */
    public interface Jobs {
        /** Submits one and waits for its result. */
        Timing run() throws Exception;
    }

    /**
     * One job.
     *
     * @param wallMillis from the request's send to the result in a client's hands
     * @param computedMillis what the workers say they computed
     */
    public record Timing(double wallMillis, double computedMillis) {
        double overheadMillis() {
            return wallMillis - computedMillis;
        }
    }

    /**
     * What came out for one system.
     *
     * @param computedMillis of the workers, for comparison
     */
    public record Row(String name, Spread overheadMillis, Spread computedMillis) {}

    /**
     * Measures each system {@code rounds} times, by turns.
     *
     * @param systems by the name of what makes them differ
     * @param warmUp rounds before these, which do not count
     */
    public static List<Row> measure(Map<String, Jobs> systems, int rounds, int warmUp) throws Exception {
        Map<String, List<Timing>> timings = new LinkedHashMap<>();
        systems.keySet().forEach(name -> timings.put(name, new ArrayList<>()));
        for (int round = -warmUp; round < rounds; round++) {
            for (Map.Entry<String, Jobs> system : systems.entrySet()) {
                Timing timing = system.getValue().run();
                if (round >= 0) {
                    timings.get(system.getKey()).add(timing);
                }
            }
        }
        return timings.entrySet().stream()
                .map(entry -> row(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Row row(String name, List<Timing> timings) {
        return new Row(
                name,
                Spread.of(timings.stream().mapToDouble(Timing::overheadMillis).toArray()),
                Spread.of(timings.stream().mapToDouble(Timing::computedMillis).toArray()));
    }
}
