package io.darkroom.router.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * When each worker was heard of last, by the clock of the router that hears it. In memory only: a router that takes pools
 * over gives the workers that it finds in their state a lease of its own.
 *
 * <p>A worker counts for what is released until its lease is over. It is shown as live for three and a half of its own
 * intervals: who watches the pool wants to know at once, while a pause of a few seconds is no reason to hold work back.
 */
public final class WorkerLiveness {
    /** A pause of the garbage collector, or a broker that elects a leader, may cost a few heartbeats. */
    private static final Duration SHORTEST = Duration.ofSeconds(3);

    private final Duration lease;
    private final Map<Key, Heard> workers = new HashMap<>();

    public WorkerLiveness(Duration lease) {
        this.lease = lease;
    }

    /** A worker of a pool. */
    public record Key(String pool, String worker) {}

    private record Heard(Instant at, Duration interval) {}

    /**
     * @param interval between its heartbeats; zero when it does not say
     */
    public void heard(Key worker, Duration interval, Instant at) {
        Heard last = workers.get(worker);
        if (last == null || !at.isBefore(last.at())) {
            workers.put(worker, new Heard(at, interval));
        }
    }

    /** It said so itself. */
    public void left(Key worker) {
        workers.remove(worker);
    }

    public boolean isLive(Key worker, Instant now) {
        Heard heard = workers.get(worker);
        return heard != null && now.isBefore(heard.at().plus(shown(heard.interval())));
    }

    /** Those whose lease is over; they are forgotten. */
    public List<Key> takeLost(Instant now) {
        List<Key> lost = new ArrayList<>();
        workers.forEach((worker, heard) -> {
            if (!now.isBefore(heard.at().plus(lease))) {
                lost.add(worker);
            }
        });
        lost.forEach(workers::remove);
        return lost;
    }

    private Duration shown(Duration interval) {
        Duration enough = interval.multipliedBy(7).dividedBy(2);
        Duration shown = enough.compareTo(SHORTEST) < 0 ? SHORTEST : enough;
        return interval.isZero() || shown.compareTo(lease) > 0 ? lease : shown;
    }
}
