package io.darkroom.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A state store with its changelog: what an aborted transaction wrote was never there. */
final class Stored<K, V> implements Transaction.Participant {
    private final Map<K, V> committed = new HashMap<>();
    private final Map<K, Optional<V>> changes = new HashMap<>();

    Optional<V> get(K key) {
        Optional<V> changed = changes.get(key);
        return changed != null ? changed : Optional.ofNullable(committed.get(key));
    }

    void put(K key, V value) {
        changes.put(key, Optional.of(value));
    }

    void remove(K key) {
        changes.put(key, Optional.empty());
    }

    /** As it is now, with what is not committed yet. */
    Map<K, V> view() {
        Map<K, V> view = new HashMap<>(committed);
        changes.forEach(
                (key, value) -> value.ifPresentOrElse(present -> view.put(key, present), () -> view.remove(key)));
        return view;
    }

    @Override
    public void committed() {
        changes.forEach((key, value) ->
                value.ifPresentOrElse(present -> committed.put(key, present), () -> committed.remove(key)));
        changes.clear();
    }

    @Override
    public void aborted() {
        changes.clear();
    }
}
