package io.darkroom.simulation;

import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.TimerDue;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.DispatchEvent;
import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.router.dispatch.Backlog;
import io.darkroom.router.dispatch.DispatchDecision;
import io.darkroom.router.dispatch.DispatchMachine;
import io.darkroom.router.dispatch.DispatchOutput;
import io.darkroom.router.dispatch.PoolState;
import io.darkroom.router.ingress.Arrival;
import io.darkroom.router.ingress.Door;
import io.darkroom.router.ingress.Passage;
import io.darkroom.router.job.Decision;
import io.darkroom.router.job.JobEvents;
import io.darkroom.router.job.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The router's decisions in a shell as thin as the real one, with the one property of Kafka Streams that counts: what a
 * turn read, stored and wrote becomes true at once, or never was.
 */
final class SimulatedRouter {
    private static final int RECORDS_IN_A_TURN = 20;
    private static final Duration TIMER_RESOLUTION = Duration.ofMillis(100);

    private final Timeline timeline;
    private final Dice dice;
    private final Topics topics;
    private final Story story;
    private final Jobs jobs;
    private final DispatchMachine dispatch;
    private final Duration clockSkew;
    private final List<Input<?>> inputs;

    private final Stored<String, Long> positions = new Stored<>();
    private final Stored<String, Instant> streamTimes = new Stored<>();
    private final Stored<String, StoredJob> states = new Stored<>();
    private final Stored<String, Instant> timers = new Stored<>();
    private final Stored<String, PoolState> pools = new Stored<>();
    private final Stored<String, Backlog.Waiting> queue = new Stored<>();

    private Optional<Transaction> open = Optional.empty();
    private boolean running;
    private boolean turnIsDue;
    private int life;

    private record StoredJob(JobState state, Optional<Instant> timer) {}

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
            DispatchMachine dispatch,
            Doors doors,
            Duration clockSkew) {
        this.timeline = timeline;
        this.dice = dice;
        this.topics = topics;
        this.story = story;
        this.jobs = jobs;
        this.dispatch = dispatch;
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
                new Input<>(topics.jobEvents, this::decideJob),
                new Input<>(topics.dispatch, this::decidePool));
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
        wake();
        tickTimers(life);
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
        return queue.view().isEmpty()
                && pools.view().values().stream()
                        .allMatch(pool -> pool.inFlight().isEmpty())
                && states.view().values().stream().noneMatch(job -> job.state() instanceof JobState.Active);
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
        List.of(positions, streamTimes, states, timers, pools, queue).forEach(transaction::enlist);
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
                cancelAll(tenant, event.getCancelTenant().getReason(), out);
            } else {
                out.pass(passage);
            }
        }
    }

    private void cancelAll(String tenant, String reason, RouterOutput out) {
        states.view().forEach((job, stored) -> {
            if (job.startsWith(tenant + "/") && stored.state() instanceof JobState.Active active) {
                out.tellJob(JobEvents.cancel(active.job().key(), reason));
            }
        });
    }

    private RouterOutput out(Transaction transaction) {
        return new RouterOutput(topics, story, transaction);
    }

    private void decideJob(Log.Entry<JobEvent> entry, Instant streamTime, Transaction transaction) {
        JobEvent event = entry.value();
        String job = entry.key();
        StoredJob before = states.get(job).orElse(new StoredJob(new JobState.Unknown(), Optional.empty()));
        Decision decision = jobs.decide(before.state(), event, streamTime);
        Optional<Instant> timer = jobs.nextTimer(decision.state());
        states.put(job, new StoredJob(decision.state(), timer));
        if (event.hasTimerDue() || !timer.equals(before.timer())) {
            timer.ifPresentOrElse(at -> timers.put(job, at), () -> timers.remove(job));
        }
        decision.outputs().forEach(output -> out(transaction).publish(job, output));
    }

    private void decidePool(Log.Entry<DispatchEvent> entry, Instant streamTime, Transaction transaction) {
        String pool = entry.key();
        PoolState before = pools.get(pool).orElse(PoolState.EMPTY);
        DispatchDecision decision = dispatch.decide(before, new StoredBacklog(pool, queue), entry.value(), streamTime);
        pools.put(pool, decision.state());
        for (DispatchOutput output : decision.outputs()) {
            switch (output) {
                case DispatchOutput.Enqueued(Backlog.Place place, WorkItem item, Instant since) ->
                    queue.put(StoredBacklog.key(pool, place), new Backlog.Waiting(place.sequence(), item, since));
                case DispatchOutput.Dequeued(Backlog.Place place, var _) ->
                    queue.remove(StoredBacklog.key(pool, place));
                case DispatchOutput.Release(WorkItem item) -> out(transaction).release(pool, item);
                case DispatchOutput.TurnedAway(WorkItem item, String reason) ->
                    out(transaction).tellJob(JobEvents.turnedAway(item, reason));
            }
        }
    }

    /** By the router's own clock, as its punctuation is; only the way back through the topic decides. */
    private void tickTimers(int mine) {
        Optional<Instant> first = timers.view().values().stream().min(Instant::compareTo);
        Instant wallClock = timeline.now().plus(clockSkew);
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
                announceDue(timeline.now().plus(clockSkew));
            }
            tickTimers(mine);
        });
    }

    private void announceDue(Instant wallClock) {
        List<String> due = timers.view().entrySet().stream()
                .filter(timer -> !timer.getValue().isAfter(wallClock))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        if (due.isEmpty()) {
            return;
        }
        Transaction transaction = begin();
        for (String job : due) {
            timers.remove(job);
            int slash = job.indexOf('/');
            JobKey key = JobKey.newBuilder()
                    .setTenant(job.substring(0, slash))
                    .setId(job.substring(slash + 1))
                    .build();
            topics.workEvents.append(
                    job,
                    WorkEvent.newBuilder()
                            .setProtocolVersion(1)
                            .setTimerDue(TimerDue.newBuilder().setJob(key))
                            .build(),
                    transaction);
        }
        end(transaction, true);
    }
}
