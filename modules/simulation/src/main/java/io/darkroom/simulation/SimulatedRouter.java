package io.darkroom.simulation;

import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.router.dispatch.DispatchLimits;
import io.darkroom.router.dispatch.DispatchMachine;
import io.darkroom.router.ingress.Arrival;
import io.darkroom.router.ingress.Door;
import io.darkroom.router.ingress.Passage;
import io.darkroom.router.job.JobEvents;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The router's decisions in a shell as thin as the real one, with the one property of Kafka Streams that counts: what a
 * turn read, stored and wrote becomes true at once, or never was.
 */
final class SimulatedRouter {
    private static final int RECORDS_IN_A_TURN = 20;
    private static final Duration TIMER_RESOLUTION = Duration.ofMillis(100);

    /** Seldom, for the sake of speed: the simulated workers' heartbeats are as far apart. */
    private static final Duration LOOK_AT_WORKERS = Duration.ofSeconds(20);

    private final Timeline timeline;
    private final Dice dice;
    private final Topics topics;
    private final Story story;
    private final SimulatedJobs jobs;
    private final SimulatedPools pools;
    private final Duration clockSkew;
    private final List<Input<?>> inputs;

    private final Stored<String, Long> positions = new Stored<>();
    private final Stored<String, Instant> streamTimes = new Stored<>();

    private Optional<Transaction> open = Optional.empty();
    private boolean running;
    private boolean turnIsDue;
    private int life;
    private long heartbeatPosition;

    /** A topic and what is done with its records. */
    private record Input<T>(Log<T> log, Handler<T> handler) {}

    private interface Handler<T> {
        void handle(Log.Entry<T> entry, Instant streamTime, Transaction transaction);
    }

    SimulatedRouter(
            Timeline timeline,
            Dice dice,
            Topics topics,
            Story story,
            Jobs jobs,
            DispatchLimits limits,
            Doors doors,
            Duration clockSkew) {
        this.timeline = timeline;
        this.dice = dice;
        this.topics = topics;
        this.story = story;
        this.jobs = new SimulatedJobs(jobs);
        this.pools = new SimulatedPools(new DispatchMachine(limits), limits.lease());
        this.clockSkew = clockSkew;
        this.inputs = List.of(
                new Input<>(topics.requests, (entry, time, tx) -> pass(doors.requests(), topics.requests, entry, tx)),
                new Input<>(topics.control, (entry, time, tx) -> pass(doors.control(), topics.control, entry, tx)),
                new Input<>(
                        topics.workEvents,
                        (entry, time, tx) -> pass(
                                doors.workEvents(),
                                topics.workEvents,
                                new Log.Entry<>(
                                        entry.offset(),
                                        entry.key(),
                                        entry.value().toByteArray(),
                                        entry.appended(),
                                        entry.transaction()),
                                tx)),
                new Input<>(
                        topics.jobEvents,
                        (entry, time, tx) -> this.jobs.decide(entry.key(), entry.value(), time, out(tx))),
                new Input<>(
                        topics.dispatch,
                        (entry, time, tx) -> pools.handle(entry.key(), entry.value(), time, wallClock(), out(tx))));
        inputs.forEach(input -> input.log().onNews(this::wake));
    }

    /** The doors of the three topics that come from outside. */
    record Doors(Door requests, Door control, Door workEvents) {}

    boolean running() {
        return running;
    }

    void start() {
        running = true;
        life++;
        story.tell("the router starts");
        pools.start(wallClock());
        heartbeatPosition = topics.heartbeats.end();
        wake();
        tickTimers(life);
        tickWorkers(life);
    }

    /** As after kill -9: what was not committed never was. */
    void crash() {
        story.tell("the router is killed%s", open.isPresent() ? " before its commit" : "");
        running = false;
        life++;
        open.ifPresent(Transaction::abort);
        open = Optional.empty();
        topics.wake();
    }

    /** Whether no job, and no attempt at one, is left; heartbeats never end. */
    boolean idle() {
        return pools.idle() && jobs.idle();
    }

    /** Whether all that clients sent has been judged, and what became of it decided. */
    boolean caughtUp() {
        return open.isEmpty()
                && inputs.stream()
                        .filter(input -> input.log() != topics.workEvents && input.log() != topics.dispatch)
                        .allMatch(input -> next(input).isEmpty());
    }

    private void wake() {
        if (running && !turnIsDue && open.isEmpty()) {
            turnIsDue = true;
            int mine = life;
            timeline.after(dice.delay(Duration.ofMillis(5), Duration.ofMillis(500)), () -> {
                turnIsDue = false;
                if (running && mine == life) {
                    turn();
                } else {
                    wake();
                }
            });
        }
    }

    private void turn() {
        if (open.isPresent()) {
            return;
        }
        Transaction transaction = begin();
        int records = 0;
        while (records < RECORDS_IN_A_TURN && handleOne(transaction)) {
            records++;
        }
        end(transaction, records > 0);
    }

    private Transaction begin() {
        Transaction transaction = new Transaction();
        transaction.enlist(positions);
        transaction.enlist(streamTimes);
        jobs.enlistIn(transaction);
        pools.enlistIn(transaction);
        open = Optional.of(transaction);
        return transaction;
    }

    private void end(Transaction transaction, boolean more) {
        int mine = life;
        timeline.after(dice.between(Duration.ofMillis(1), Duration.ofMillis(30)), () -> {
            if (mine == life) {
                transaction.commit();
                open = Optional.empty();
                topics.wake();
                if (more) {
                    wake();
                }
            }
        });
    }

    private boolean handleOne(Transaction transaction) {
        List<Input<?>> ready =
                inputs.stream().filter(input -> next(input).isPresent()).toList();
        if (ready.isEmpty()) {
            return false;
        }
        handle(dice.oneOf(ready), transaction);
        return true;
    }

    private <T> Optional<Log.Entry<T>> next(Input<T> input) {
        return input.log().read(positions.get(input.log().name()).orElse(0L));
    }

    private <T> void handle(Input<T> input, Transaction transaction) {
        Log.Entry<T> entry = next(input).orElseThrow();
        String name = input.log().name();
        Instant before = streamTimes.get(name).orElse(Instant.MIN);
        Instant streamTime = entry.appended().isAfter(before) ? entry.appended() : before;
        streamTimes.put(name, streamTime);
        positions.put(name, entry.offset() + 1);
        input.handler().handle(entry, streamTime, transaction);
    }

    private void pass(Door door, Log<?> topic, Log.Entry<byte[]> entry, Transaction transaction) {
        Arrival arrival = new Arrival(
                Optional.of(entry.value()),
                new DeadLetter.Origin(
                        topic.name(), 0, entry.offset(), entry.appended().toEpochMilli()),
                Optional.empty());
        RouterOutput out = out(transaction);
        for (Passage passage : door.pass(arrival)) {
            if (passage instanceof Passage.ToTenant(String tenant, JobEvent event)) {
                jobs.cancelAll(tenant, event.getCancelTenant().getReason(), out);
            } else {
                out.pass(passage);
            }
        }
    }

    private RouterOutput out(Transaction transaction) {
        return new RouterOutput(topics, story, transaction);
    }

    private Instant wallClock() {
        return timeline.now().plus(clockSkew);
    }

    private void tickWorkers(int mine) {
        timeline.after(LOOK_AT_WORKERS, () -> {
            if (mine != life) {
                return;
            }
            if (open.isEmpty()) {
                Transaction transaction = begin();
                lookAtWorkers(out(transaction));
                end(transaction, true);
            }
            tickWorkers(mine);
        });
    }

    private void lookAtWorkers(RouterOutput out) {
        Instant wallClock = wallClock();
        Instant streamTime = streamTimes.get(topics.dispatch.name()).orElse(Instant.MIN);
        Instant now = wallClock.isAfter(streamTime) ? wallClock : streamTime;
        Optional<Log.Entry<WorkEvent>> next = topics.heartbeats.read(heartbeatPosition);
        while (next.isPresent()) {
            pools.heard(next.get().value(), now, out);
            heartbeatPosition = next.get().offset() + 1;
            next = topics.heartbeats.read(heartbeatPosition);
        }
        pools.look(now, out);
    }

    /** By the router's own clock, as its punctuation is; only the way back through the topic decides. */
    private void tickTimers(int mine) {
        Optional<Instant> first = jobs.firstTimer();
        Instant wallClock = wallClock();
        Duration wait = first.filter(wallClock::isBefore)
                .map(at -> Duration.between(wallClock, at))
                .filter(pause -> pause.compareTo(Duration.ofSeconds(5)) < 0)
                .orElse(
                        first.isPresent() && !wallClock.isBefore(first.get())
                                ? TIMER_RESOLUTION
                                : Duration.ofSeconds(5));
        timeline.after(wait.compareTo(TIMER_RESOLUTION) < 0 ? TIMER_RESOLUTION : wait, () -> {
            if (mine != life) {
                return;
            }
            if (open.isEmpty()) {
                announceDue(wallClock());
            }
            tickTimers(mine);
        });
    }

    private void announceDue(Instant wallClock) {
        List<String> due = jobs.due(wallClock);
        if (due.isEmpty()) {
            return;
        }
        Transaction transaction = begin();
        for (String job : due) {
            jobs.announced(job);
            topics.workEvents.append(job, JobEvents.timerDue(job), transaction);
        }
        end(transaction, true);
    }
}
