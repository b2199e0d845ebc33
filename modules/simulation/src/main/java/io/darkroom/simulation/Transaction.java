package io.darkroom.simulation;

import java.util.ArrayList;
import java.util.List;

/** Records and states that become visible together, or never. */
final class Transaction {
    enum State {
        OPEN,
        COMMITTED,
        ABORTED
    }

    private final List<Participant> participants = new ArrayList<>();
    private State state = State.OPEN;

    /** What has to know how it ended. */
    interface Participant {
        void committed();

        void aborted();
    }

    /** For what a plain producer writes. */
    static Transaction none() {
        Transaction done = new Transaction();
        done.state = State.COMMITTED;
        return done;
    }

    State state() {
        return state;
    }

    void enlist(Participant participant) {
        participants.add(participant);
    }

    void commit() {
        state = State.COMMITTED;
        participants.forEach(Participant::committed);
    }

    void abort() {
        state = State.ABORTED;
        participants.forEach(Participant::aborted);
    }
}
