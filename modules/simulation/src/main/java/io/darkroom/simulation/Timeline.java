package io.darkroom.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.Queue;

/** Time that passes only from one action to the next: the brokers' clock, which is never wrong. */
final class Timeline {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Queue<Action> actions = new PriorityQueue<>();
    private Instant now = START;
    private long scheduled;

    private record Action(Instant at, long order, Runnable what) implements Comparable<Action> {
        @Override
        public int compareTo(Action other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    Instant now() {
        return now;
    }

    /** Actions at the same time happen in the order in which they were asked for. */
    void after(Duration delay, Runnable what) {
        actions.add(new Action(now.plus(delay), scheduled++, what));
    }

    void runUntil(Instant end) {
        while (!actions.isEmpty() && !actions.peek().at().isAfter(end)) {
            Action next = actions.poll();
            now = next.at();
            next.what().run();
        }
        now = end;
    }
}
