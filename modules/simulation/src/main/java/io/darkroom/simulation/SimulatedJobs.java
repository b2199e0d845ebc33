package io.darkroom.simulation;

import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.router.job.Decision;
import io.darkroom.router.job.JobEvents;
import io.darkroom.router.job.JobState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The router's part for jobs: its decisions, and what it stores. */
final class SimulatedJobs {
    private final Jobs jobs;
    private final Stored<String, StoredJob> states = new Stored<>();
    private final Stored<String, Instant> timers = new Stored<>();

    private record StoredJob(JobState state, Optional<Instant> timer) {}

    SimulatedJobs(Jobs jobs) {
        this.jobs = jobs;
    }

    void enlistIn(Transaction transaction) {
        transaction.enlist(states);
        transaction.enlist(timers);
    }

    /** Whether every job has its result. */
    boolean idle() {
        return states.view().values().stream().noneMatch(job -> job.state() instanceof JobState.Active);
    }

    void decide(String job, JobEvent event, Instant streamTime, RouterOutput out) {
        StoredJob before = states.get(job).orElse(new StoredJob(new JobState.Unknown(), Optional.empty()));
        Decision decision = jobs.decide(before.state(), event, streamTime);
        Optional<Instant> timer = jobs.nextTimer(decision.state());
        states.put(job, new StoredJob(decision.state(), timer));
        if (event.hasTimerDue() || !timer.equals(before.timer())) {
            timer.ifPresentOrElse(at -> timers.put(job, at), () -> timers.remove(job));
        }
        decision.outputs().forEach(output -> out.publish(job, output));
    }

    void cancelAll(String tenant, String reason, RouterOutput out) {
        states.view().forEach((job, stored) -> {
            if (job.startsWith(tenant + "/") && stored.state() instanceof JobState.Active active) {
                out.tellJob(JobEvents.cancel(active.job().key(), reason));
            }
        });
    }

    Optional<Instant> firstTimer() {
        return timers.view().values().stream().min(Instant::compareTo);
    }

    /** Those whose time has come, sorted. */
    List<String> due(Instant wallClock) {
        return timers.view().entrySet().stream()
                .filter(timer -> !timer.getValue().isAfter(wallClock))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    void announced(String job) {
        timers.remove(job);
    }
}
