package io.darkroom.simulation;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.router.dispatch.Backlog;
import io.darkroom.router.dispatch.DispatchMachine;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** One pool's queue, in the store that holds those of all. */
record StoredBacklog(String pool, Stored<String, WorkItem> queue) implements Backlog {

    static String key(String pool, long place) {
        return pool + "/" + place;
    }

    @Override
    public Optional<WorkItem> at(long sequence) {
        return queue.get(key(pool, sequence));
    }

    @Override
    public OptionalLong placeOf(AttemptKey attempt) {
        return queue.view().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(pool + "/"))
                .filter(entry -> DispatchMachine.attemptOf(entry.getValue()).equals(attempt))
                .map(Map.Entry::getKey)
                .mapToLong(key -> Long.parseLong(key.substring(pool.length() + 1)))
                .findFirst();
    }
}
