package io.darkroom.simulation;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.DispatchEvent;
import io.darkroom.contract.wire.router.PoolReviewed;
import io.darkroom.contract.wire.router.WorkerLease;
import io.darkroom.router.dispatch.Backlog;
import io.darkroom.router.dispatch.DispatchDecision;
import io.darkroom.router.dispatch.DispatchMachine;
import io.darkroom.router.dispatch.DispatchOutput;
import io.darkroom.router.dispatch.PoolState;
import io.darkroom.router.dispatch.WorkerLiveness;
import io.darkroom.router.ingress.HeartbeatForm;
import io.darkroom.router.job.JobEvents;
import java.time.Duration;
import java.time.Instant;

/** The router's part for pools: its decisions, and what it stores. */
final class SimulatedPools {
    private final DispatchMachine machine;
    private final Duration lease;

    /** In memory, as the real one: lost when the router is killed. */
    private WorkerLiveness workers;

    private final Stored<String, PoolState> pools = new Stored<>();
    private final Stored<String, Backlog.Waiting> queue = new Stored<>();
    private final Stored<AttemptKey, Backlog.InFlight> inFlight = new Stored<>();

    SimulatedPools(DispatchMachine machine, Duration lease) {
        this.machine = machine;
        this.lease = lease;
        this.workers = new WorkerLiveness(lease);
    }

    /** As when a router takes its pools: who is in their state has a lease from now on. */
    void start(Instant now) {
        workers = new WorkerLiveness(lease);
        pools.view()
                .forEach((pool, state) -> state.leases()
                        .forEach((worker, said) ->
                                workers.heard(new WorkerLiveness.Key(pool, worker), said.interval(), now)));
    }

    /** An event of the topic of dispatch. */
    void handle(String pool, DispatchEvent event, Instant streamTime, Instant wallClock, RouterOutput out) {
        decide(pool, event, streamTime, out);
        if (event.hasLease() && event.getLease().getSlots() > 0) {
            workers.heard(
                    new WorkerLiveness.Key(pool, event.getLease().getWorkerIncarnation()),
                    Duration.ofMillis(event.getLease().getIntervalMillis()),
                    wallClock);
        }
    }

    /** A record of the topic of heartbeats, by the router's clock. */
    void heard(WorkEvent heartbeat, Instant now, RouterOutput out) {
        String pool = heartbeat.getHeartbeat().getPool();
        WorkerLease said = HeartbeatForm.lease(heartbeat);
        workers.heard(
                new WorkerLiveness.Key(pool, said.getWorkerIncarnation()),
                Duration.ofMillis(said.getIntervalMillis()),
                now);
        decide(pool, DispatchEvent.newBuilder().setLease(said).build(), now, out);
    }

    /** Workers that are gone, and what only time may release. */
    void look(Instant now, RouterOutput out) {
        for (WorkerLiveness.Key lost : workers.takeLost(now)) {
            decide(
                    lost.pool(),
                    DispatchEvent.newBuilder()
                            .setLease(WorkerLease.newBuilder().setWorkerIncarnation(lost.worker()))
                            .build(),
                    now,
                    out);
        }
        pools.view().forEach((pool, state) -> {
            if (state.mayBeHeldBack()) {
                decide(
                        pool,
                        DispatchEvent.newBuilder()
                                .setReviewed(PoolReviewed.getDefaultInstance())
                                .build(),
                        now,
                        out);
            }
        });
    }

    void enlistIn(Transaction transaction) {
        transaction.enlist(pools);
        transaction.enlist(queue);
        transaction.enlist(inFlight);
    }

    /** Whether nothing waits and nothing is in flight. */
    boolean idle() {
        return queue.view().isEmpty()
                && inFlight.view().isEmpty()
                && pools.view().values().stream()
                        .allMatch(pool -> pool.inFlight().isEmpty());
    }

    private void decide(String pool, DispatchEvent event, Instant streamTime, RouterOutput out) {
        PoolState before = pools.get(pool).orElse(PoolState.EMPTY);
        DispatchDecision decision = machine.decide(before, new StoredBacklog(pool, queue, inFlight), event, streamTime);
        pools.put(pool, decision.state());
        for (DispatchOutput output : decision.outputs()) {
            switch (output) {
                case DispatchOutput.Enqueued(Backlog.Place place, WorkItem item, Instant since) ->
                    queue.put(StoredBacklog.key(pool, place), new Backlog.Waiting(place.sequence(), item, since));
                case DispatchOutput.Dequeued(Backlog.Place place, var _) ->
                    queue.remove(StoredBacklog.key(pool, place));
                case DispatchOutput.Release(WorkItem item) -> {
                    inFlight.put(
                            DispatchMachine.attemptOf(item),
                            new Backlog.InFlight(item.getPixels(), item.getProtocolVersion()));
                    out.release(pool, item);
                }
                case DispatchOutput.Landed(AttemptKey attempt) -> inFlight.remove(attempt);
                case DispatchOutput.TurnedAway(WorkItem item, String reason) ->
                    out.tellJob(JobEvents.turnedAway(item, reason));
            }
        }
    }
}
