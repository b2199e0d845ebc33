package io.darkroom.simulation;

import com.google.protobuf.ByteString;
import io.darkroom.contract.request.RequestParser;
import io.darkroom.contract.uri.UriPolicy;
import io.darkroom.contract.wire.Priority;
import io.darkroom.router.dispatch.DispatchLimits;
import io.darkroom.router.dispatch.TenantShare;
import io.darkroom.router.ingress.ControlDoor;
import io.darkroom.router.ingress.RequestDoor;
import io.darkroom.router.ingress.WorkEventDoor;
import io.darkroom.router.job.AttemptTokens;
import io.darkroom.router.job.JobLimits;
import io.darkroom.router.job.JobMachine;
import io.darkroom.simulation.Workload.Character;
import io.darkroom.simulation.Workload.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One life of a small system: jobs come in, everything fails that can, then the faults end and the queues drain. The same
 * seed gives the same history.
 */
final class History {
    /** Of two pictures and of a sheet, less than a job of the largest sort draws. */
    private static final long MOST_PIXELS = 3 * 64 * 64;

    /** Few enough in flight to be felt; nobody is turned away, because that is no outcome of the work. */
    private static final TenantShare SHARE = new TenantShare(1, 3, Long.MAX_VALUE, MOST_PIXELS, Long.MAX_VALUE);

    private static final int MOST_JOBS = 6;
    private static final Duration SUBMISSIONS = Duration.ofMinutes(5);
    private static final Duration FAULTS = Duration.ofMinutes(15);
    private static final Duration LONGEST_DEADLINE = Duration.ofMinutes(40);
    private static final Duration LOOK = Duration.ofMinutes(1);
    private static final Duration DRAINING = Duration.ofMinutes(30);
    private static final Duration MOST_SKEW = Duration.ofSeconds(90);
    private static final UriPolicy URIS = UriPolicy.sameForAll(List.of(Workload.OUTPUT));
    /** Parsing compiles its schema once. */
    private static final RequestParser PARSER = new RequestParser(URIS);

    private final World world;
    private final SimulatedRouter router;
    private final List<SimulatedWorker> workers = new ArrayList<>();
    private final Observations observations = new Observations();

    private History(long seed, Set<Safeguard> without) {
        this.world = new World(seed);
        this.router = new SimulatedRouter(
                world.timeline(),
                world.dice(),
                world.topics(),
                world.story(),
                new Jobs(
                        new JobMachine(
                                JobLimits.DEFAULT.withUnstarted(Duration.ofMinutes(4)),
                                world.topics()::kept,
                                () -> ByteString.copyFrom(world.dice().bytes(AttemptTokens.BYTES)),
                                URIS),
                        without),
                new DispatchLimits(Duration.ofSeconds(60), Duration.ofMinutes(2), Map.of("*", SHARE)),
                new SimulatedRouter.Doors(
                        new RequestDoor(PARSER, Workload.catalogue(), Priority.PRIORITY_STANDARD),
                        new ControlDoor(),
                        new WorkEventDoor()),
                skew());
    }

    static Ending run(long seed, Set<Safeguard> without) {
        return new History(seed, without).run();
    }

    /**
     * How a history ended.
     *
     * @param violations each with the lines of the story that led to it; empty when every promise was kept
     */
    record Ending(int jobs, int faults, List<Violation> violations) {}

    private Ending run() {
        submitJobs();
        startWorkers();
        router.start();
        breakRouter();
        loseWhatIsKept();
        workers.forEach(this::breakWorker);
        new Forger(world).start();
        world.timeline().after(FAULTS, this::heal);
        Instant last = Timeline.START.plus(SUBMISSIONS).plus(LONGEST_DEADLINE).plus(DRAINING);
        Instant time = Timeline.START.plus(FAULTS);
        world.timeline().runUntil(time);
        while (time.isBefore(last) && !world.drained(router)) {
            time = time.plus(LOOK);
            world.timeline().runUntil(time);
        }
        return new Ending(
                observations.jobs().size(),
                world.faults(),
                new Checks(world, observations, router.idle()).violations());
    }

    private void submitJobs() {
        int count = 1 + world.dice().below(MOST_JOBS);
        for (int number = 0; number < count; number++) {
            Job job = job(number);
            world.has(job);
            observations.submitted(job);
            at(SUBMISSIONS, () -> submit(job, job.request()));
            if (world.dice().chance(0.3)) {
                at(FAULTS, () -> submit(job, job.request()));
            }
            if (world.dice().chance(0.1)) {
                at(FAULTS, () -> submit(job, job.conflictingRequest()));
                observations.ambiguous(job);
            }
            if (world.dice().chance(0.15)) {
                at(FAULTS, () -> cancel(job));
            }
            if (world.dice().chance(0.2)) {
                at(FAULTS, () -> reprioritise(job));
            }
        }
    }

    private void submit(Job job, byte[] request) {
        observations.asked(job);
        world.topics().requests.append("", request);
    }

    private void cancel(Job job) {
        world.story().tell("a client cancels %s", job.id());
        observations.cancelled(job);
        world.topics().control.append("", job.cancellation());
    }

    private void reprioritise(Job job) {
        String priority = world.dice().oneOf(Workload.PRIORITIES);
        world.story().tell("a client wants %s to be %s", job.id(), priority);
        world.topics().control.append("", job.reprioritisation(priority));
    }

    /** What lies long in a store may be lost; nobody is told. */
    private void loseWhatIsKept() {
        world.timeline().after(world.dice().between(Duration.ofSeconds(1), Duration.ofMinutes(1)), () -> {
            if (world.faultHappens(0.3)) {
                world.story().tell("the store loses what stages kept");
                world.store().loseWhatIsKept();
            }
            if (world.faulty()) {
                loseWhatIsKept();
            }
        });
    }

    private Job job(int number) {
        Dice dice = world.dice();
        Character character =
                dice.chance(0.1) ? Character.DEADLY : dice.chance(0.1) ? Character.USERS_FAULT : Character.ORDINARY;
        boolean keep = dice.chance(0.5);
        return new Job(
                "job-" + number,
                1 + dice.below(4),
                // Jobs that begin alike, for what one keeps to be of use to another.
                keep ? 2 : 1 + dice.below(3),
                dice.between(Duration.ofMinutes(1), LONGEST_DEADLINE),
                dice.oneOf(Workload.PRIORITIES),
                keep,
                character);
    }

    private void startWorkers() {
        for (String pool : Workload.POOLS) {
            int count = world.dice().chance(0.1) ? 0 : 1 + world.dice().below(2);
            for (int number = 1; number <= count; number++) {
                SimulatedWorker worker = new SimulatedWorker(pool + "-" + number, pool, 2, world, skew());
                workers.add(worker);
                world.serves(pool);
                at(Duration.ofMinutes(1), worker::start);
            }
        }
    }

    private void breakRouter() {
        world.timeline().after(world.dice().between(Duration.ofSeconds(1), Duration.ofMinutes(8)), () -> {
            if (router.running() && world.faultHappens(0.7)) {
                router.crash();
                observations.routerDown(world.timeline().now());
                Duration down = world.dice().delay(Duration.ofSeconds(20), Duration.ofMinutes(5));
                world.timeline().after(down, this::restartRouter);
            }
            if (world.faulty()) {
                breakRouter();
            }
        });
    }

    private void restartRouter() {
        if (!router.running()) {
            observations.routerUp(world.timeline().now());
            router.start();
        }
    }

    private void breakWorker(SimulatedWorker worker) {
        world.timeline().after(world.dice().between(Duration.ofSeconds(1), Duration.ofMinutes(6)), () -> {
            if (worker.alive() && world.faultHappens(0.5)) {
                if (world.dice().chance(0.5)) {
                    worker.kill();
                    world.startAgain(worker);
                } else {
                    worker.stopFor(world.dice().delay(Duration.ofMinutes(1), Duration.ofMinutes(20)));
                }
            }
            if (world.faulty()) {
                breakWorker(worker);
            }
        });
    }

    private void heal() {
        world.heal();
        restartRouter();
        workers.stream().filter(worker -> !worker.alive()).forEach(SimulatedWorker::start);
    }

    private void at(Duration latest, Runnable what) {
        world.timeline().after(world.dice().between(Duration.ZERO, latest), what);
    }

    private Duration skew() {
        return world.dice().between(Duration.ZERO, MOST_SKEW.multipliedBy(2)).minus(MOST_SKEW);
    }
}
