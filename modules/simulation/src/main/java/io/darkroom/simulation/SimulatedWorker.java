package io.darkroom.simulation;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkFailed;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkStarted;
import io.darkroom.contract.wire.WorkerControl;
import io.darkroom.contract.wire.WorkerHeartbeat;
import io.darkroom.contract.work.WorkProtocol;
import io.darkroom.router.dispatch.DispatchMachine;
import io.darkroom.simulation.Workload.Character;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A worker that keeps the order of the real one (started, artifacts, outcome, acknowledgement) and may be killed, or
 * stopped for a while, between any two of them.
 */
final class SimulatedWorker {
    private static final Duration HEARTBEAT = Duration.ofSeconds(20);
    private static final Duration NETWORK = Duration.ofMillis(20);
    private static final Duration SLOW_NETWORK = Duration.ofSeconds(20);
    private static final Duration PAUSE_AFTER_RELEASE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(15);

    private final String name;
    private final String pool;
    private final int slots;
    private final World world;
    private final Duration clockSkew;
    private final Set<JobKey> cancelled = new HashSet<>();

    private int life;
    private boolean alive;
    private boolean looksSoon;
    private int busy;
    private long controlPosition;
    private Instant stoppedUntil = Instant.MIN;

    SimulatedWorker(String name, String pool, int slots, World world, Duration clockSkew) {
        this.name = name;
        this.pool = pool;
        this.slots = slots;
        this.world = world;
        this.clockSkew = clockSkew;
        group().work().onNews(this::lookSoon);
        world.topics().workerControl.onNews(this::lookSoon);
    }

    boolean alive() {
        return alive;
    }

    void start() {
        alive = true;
        life++;
        busy = 0;
        looksSoon = false;
        controlPosition = 0;
        world.story().tell("worker %s starts", incarnation());
        readControl();
        heartbeat();
        takeWork();
    }

    /** As kill -9: its records go to others at once. */
    void kill() {
        world.story().tell("worker %s is killed", incarnation());
        String lost = incarnation();
        alive = false;
        life++;
        group().lose(lost);
    }

    /** As SIGSTOP, and SIGCONT after a while: it goes on in the middle of what it did. */
    void stopFor(Duration pause) {
        world.story().tell("worker %s stands still for %s", incarnation(), pause);
        stoppedUntil = world.timeline().now().plus(pause);
    }

    private String incarnation() {
        return name + "." + life;
    }

    private ShareGroup group() {
        return world.topics().pools.get(pool);
    }

    /** Later, if this life lasts until then; not while it stands still. */
    private void later(Duration delay, Runnable what) {
        if (!alive) {
            return;
        }
        int mine = life;
        world.timeline().after(delay, () -> ifAlive(mine, what));
    }

    private void ifAlive(int mine, Runnable what) {
        if (!alive || mine != life) {
            return;
        }
        Instant now = world.timeline().now();
        if (now.isBefore(stoppedUntil)) {
            world.timeline().after(Duration.between(now, stoppedUntil), () -> ifAlive(mine, what));
            return;
        }
        what.run();
    }

    private void soon(Runnable what) {
        later(world.dice().delay(NETWORK, Duration.ofSeconds(2)), what);
    }

    /** There may be work, or a cancellation. */
    private void lookSoon() {
        if (!looksSoon) {
            looksSoon = true;
            soon(() -> {
                looksSoon = false;
                readControl();
                takeWork();
            });
        }
    }

    /** Some are of before the topic of heartbeats. */
    private void heartbeat() {
        WorkerHeartbeat.Builder heartbeat = WorkerHeartbeat.newBuilder()
                .setPool(pool)
                .setSlots(slots)
                .addAllProtocolVersions(WorkProtocol.readableItems());
        if (name.endsWith("-1")) {
            send(WorkEvent.newBuilder().setHeartbeat(heartbeat));
        } else {
            heartbeat.setApart(true).setIntervalMillis(Math.toIntExact(HEARTBEAT.toMillis()));
            world.topics()
                    .heartbeats
                    .append(
                            pool,
                            WorkEvent.newBuilder()
                                    .setWorkerIncarnation(incarnation())
                                    .setHeartbeat(heartbeat)
                                    .build());
        }
        later(HEARTBEAT, this::heartbeat);
    }

    private void readControl() {
        Optional<Log.Entry<WorkerControl>> next = world.topics().workerControl.read(controlPosition);
        while (next.isPresent()) {
            cancelled.add(next.get().value().getCancel().getJob());
            controlPosition = next.get().offset() + 1;
            next = world.topics().workerControl.read(controlPosition);
        }
    }

    private void takeWork() {
        while (busy < slots) {
            Optional<ShareGroup.Loan> loan = group().acquire(incarnation());
            if (loan.isEmpty()) {
                return;
            }
            busy++;
            begin(loan.get());
        }
    }

    private void begin(ShareGroup.Loan loan) {
        WorkItem item = loan.item();
        if (loan.delivery() <= WorkProtocol.LEFT_TO_OTHERS
                && item.getAvoidList().contains(incarnation())) {
            tell("leaves to others", item);
            group().giveBack(loan);
            later(PAUSE_AFTER_RELEASE, this::free);
            return;
        }
        if (cancelled.contains(item.getJob())) {
            outcome(loan, failed(item, ErrorCode.CANCELLED));
            return;
        }
        if (world.timeline()
                        .now()
                        .plus(clockSkew)
                        .minus(WorkProtocol.CLOCK_TOLERANCE)
                        .toEpochMilli()
                > item.getDeadlineEpochMillis()) {
            outcome(loan, failed(item, ErrorCode.DEADLINE_EXCEEDED));
            return;
        }
        tell("starts", item);
        WorkEvent.Builder started = WorkEvent.newBuilder()
                .setStarted(WorkStarted.newBuilder()
                        .setAttempt(DispatchMachine.attemptOf(item))
                        .setPool(pool)
                        .setToken(item.getToken()));
        published(loan, started, () -> compute(loan));
    }

    private void compute(ShareGroup.Loan loan) {
        if (breaks()) {
            return;
        }
        WorkItem item = loan.item();
        if (!Pictures.inputsAreThere(item, world.store())) {
            outcome(loan, failed(item, ErrorCode.KEPT_LOST));
            return;
        }
        Character character = world.characterOf(item.getJob().getId());
        if (character == Character.DEADLY) {
            world.diesOf(this, item);
            return;
        }
        Duration limit = Duration.ofMillis(item.getAttemptLimitMillis());
        Duration duration = world.faultHappens(0.03)
                ? limit.plusSeconds(1)
                : world.dice().between(Duration.ofMillis(200), Duration.ofSeconds(30));
        later(duration.compareTo(limit) > 0 ? limit : duration, () -> {
            if (duration.compareTo(limit) > 0) {
                outcome(loan, failed(item, ErrorCode.ATTEMPT_TIMED_OUT));
            } else if (cancelled.contains(item.getJob())) {
                outcome(loan, failed(item, ErrorCode.CANCELLED));
            } else if (character == Character.USERS_FAULT) {
                outcome(loan, failed(item, ErrorCode.INPUT_REJECTED));
            } else if (world.faultHappens(0.1)) {
                outcome(loan, failed(item, world.dice().oneOf(World.PASSING)));
            } else {
                write(loan);
            }
        });
    }

    private void write(ShareGroup.Loan loan) {
        Pictures pictures = Pictures.of(loan.item());
        pictures.files().forEach(world.store()::put);
        if (breaks()) {
            return;
        }
        soon(() -> outcome(loan, WorkEvent.newBuilder().setDone(pictures.done(pool))));
    }

    private void outcome(ShareGroup.Loan loan, WorkEvent.Builder event) {
        tell("reports " + event.getKindCase() + " for", loan.item());
        published(loan, event, () -> {
            if (breaks()) {
                return;
            }
            later(network(), () -> {
                group().accept(loan);
                free();
            });
        });
    }

    /** Where it hurts most, with a record in hand: whether this life is over. */
    private boolean breaks() {
        if (world.faultHappens(0.03)) {
            kill();
            world.startAgain(this);
            return true;
        }
        if (world.faultHappens(0.05)) {
            stopFor(world.dice().between(Duration.ZERO, LONGEST_PAUSE));
        }
        return false;
    }

    /** With acks=all: either the brokers have it, or the record goes to another worker, or, when only the answer was lost, both. */
    private void published(ShareGroup.Loan loan, WorkEvent.Builder event, Runnable then) {
        boolean lost = world.faultHappens(0.03);
        boolean answerLost = world.faultHappens(0.03);
        later(network(), () -> {
            if (!lost) {
                send(event);
            }
            if (lost || answerLost) {
                world.story().tell("worker %s hears no answer from the brokers", incarnation());
                group().giveBack(loan);
                free();
            } else {
                then.run();
            }
        });
    }

    private void free() {
        busy--;
        lookSoon();
    }

    private Duration network() {
        return world.faultHappens(0.05)
                ? world.dice().between(Duration.ZERO, SLOW_NETWORK)
                : world.dice().delay(NETWORK, NETWORK);
    }

    private void send(WorkEvent.Builder event) {
        world.topics()
                .workEvents
                .append(
                        "",
                        event.setProtocolVersion(WorkProtocol.EVENT)
                                .setWorkerIncarnation(incarnation())
                                .build());
    }

    private WorkEvent.Builder failed(WorkItem item, ErrorCode code) {
        return WorkEvent.newBuilder()
                .setFailed(WorkFailed.newBuilder()
                        .setAttempt(DispatchMachine.attemptOf(item))
                        .setPool(pool)
                        .setToken(item.getToken())
                        .setWorkerAtFault(code.isWorkersOwn())
                        .setErrorCode(code.name()));
    }

    private void tell(String what, WorkItem item) {
        AttemptKey attempt = DispatchMachine.attemptOf(item);
        world.story()
                .tell(
                        "worker %s %s attempt %d at work item %d of %s",
                        incarnation(),
                        what,
                        attempt.getAttempt(),
                        attempt.getIndex(),
                        attempt.getJob().getId());
    }
}
