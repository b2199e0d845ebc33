package io.darkroom.simulation;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.Priority;
import io.darkroom.router.dispatch.Backlog;
import io.darkroom.router.dispatch.DispatchMachine;
import io.darkroom.router.dispatch.QueueKey;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What waits for one pool, in the store that holds that of all. */
record StoredBacklog(String pool, Stored<String, Backlog.Waiting> queue, Stored<AttemptKey, Backlog.InFlight> inFlight)
        implements Backlog {

    static String key(String pool, Place place) {
        return prefix(pool, place.queue()) + place.sequence();
    }

    @Override
    public Optional<Waiting> next(QueueKey key, long sequence) {
        return entries(prefix(pool, key))
                .map(Map.Entry::getValue)
                .filter(waiting -> waiting.sequence() >= sequence)
                .min(Comparator.comparingLong(Waiting::sequence));
    }

    @Override
    public Optional<Whereabouts> find(AttemptKey attempt) {
        return entries(pool + "/")
                .filter(entry ->
                        DispatchMachine.attemptOf(entry.getValue().item()).equals(attempt))
                .<Whereabouts>map(entry ->
                        new Place(queueOf(entry.getKey()), entry.getValue().sequence()))
                .findFirst()
                .or(() -> inFlight.get(attempt));
    }

    private Stream<Map.Entry<String, Waiting>> entries(String prefix) {
        return queue.view().entrySet().stream().filter(entry -> entry.getKey().startsWith(prefix));
    }

    private static String prefix(String pool, QueueKey queue) {
        return pool + "/" + queue.tenant() + "/" + queue.priority().name() + "/";
    }

    private static QueueKey queueOf(String key) {
        String[] parts = key.split("/");
        return new QueueKey(parts[1], Priority.valueOf(parts[2]));
    }
}
