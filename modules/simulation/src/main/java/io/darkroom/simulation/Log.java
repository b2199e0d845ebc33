package io.darkroom.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A partition as a reader with {@code read_committed} sees it: nothing behind an open transaction, nothing aborted. */
final class Log<T> {
    private final String name;
    private final Timeline timeline;
    private final List<Entry<T>> entries = new ArrayList<>();
    private final List<Runnable> readers = new ArrayList<>();

    /**
     * A record.
     *
     * @param appended the broker's time
     */
    record Entry<T>(long offset, String key, T value, Instant appended, Transaction transaction) {}

    Log(String name, Timeline timeline) {
        this.name = name;
        this.timeline = timeline;
    }

    String name() {
        return name;
    }

    /** Called when there may be more to read. */
    void onNews(Runnable reader) {
        readers.add(reader);
    }

    void append(String key, T value) {
        append(key, value, Transaction.none());
        wake();
    }

    void append(String key, T value, Transaction transaction) {
        entries.add(new Entry<>(entries.size(), key, value, timeline.now(), transaction));
    }

    void wake() {
        readers.forEach(Runnable::run);
    }

    /** The first readable record from {@code position} on. */
    Optional<Entry<T>> read(long position) {
        for (int offset = (int) position; offset < entries.size(); offset++) {
            Entry<T> entry = entries.get(offset);
            switch (entry.transaction().state()) {
                case OPEN -> {
                    return Optional.empty();
                }
                case COMMITTED -> {
                    return Optional.of(entry);
                }
                case ABORTED -> {}
            }
        }
        return Optional.empty();
    }

    /** Where the next record will be. */
    long end() {
        return entries.size();
    }

    /** All that a reader would ever have seen by now. */
    List<Entry<T>> readable() {
        List<Entry<T>> found = new ArrayList<>();
        Optional<Entry<T>> next = read(0);
        while (next.isPresent()) {
            found.add(next.get());
            next = read(next.get().offset() + 1);
        }
        return found;
    }
}
