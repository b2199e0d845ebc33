package io.darkroom.simulation;

import io.darkroom.simulation.Workload.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What was done to the system, for the checks. */
final class Observations {
    private final Map<String, Job> jobs = new LinkedHashMap<>();
    private final Map<String, Integer> requests = new HashMap<>();
    private final Set<String> ambiguous = new HashSet<>();
    private final Set<String> cancelled = new HashSet<>();
    private final List<Outage> outages = new ArrayList<>();

    private record Outage(Instant from, Optional<Instant> to) {}

    void submitted(Job job) {
        jobs.put(job.id(), job);
    }

    void asked(Job job) {
        requests.merge(job.id(), 1, Integer::sum);
    }

    int requestsFor(String id) {
        return requests.get(id);
    }

    /** Whichever of two requests under its id came first is the job. */
    void ambiguous(Job job) {
        ambiguous.add(job.id());
    }

    void cancelled(Job job) {
        cancelled.add(job.id());
    }

    void routerDown(Instant when) {
        outages.add(new Outage(when, Optional.empty()));
    }

    void routerUp(Instant when) {
        outages.add(new Outage(outages.removeLast().from(), Optional.of(when)));
    }

    Map<String, Job> jobs() {
        return jobs;
    }

    boolean isAmbiguous(String id) {
        return ambiguous.contains(id);
    }

    boolean wasCancelled(String id) {
        return cancelled.contains(id);
    }

    /** The first time from {@code when} on at which the router has been up for {@code settled}. */
    Instant routerSettled(Instant when, Duration settled) {
        Instant time = when;
        for (Outage outage : outages) {
            Instant over = outage.to().orElse(Instant.MAX);
            if (time.plus(settled).isAfter(outage.from()) && time.isBefore(over)) {
                time = over;
            }
        }
        return time.plus(settled);
    }
}
