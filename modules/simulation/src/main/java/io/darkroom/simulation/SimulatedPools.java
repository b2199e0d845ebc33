package io.darkroom.simulation;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.DispatchEvent;
import io.darkroom.router.dispatch.Backlog;
import io.darkroom.router.dispatch.DispatchDecision;
import io.darkroom.router.dispatch.DispatchMachine;
import io.darkroom.router.dispatch.DispatchOutput;
import io.darkroom.router.dispatch.PoolState;
import io.darkroom.router.job.JobEvents;
import java.time.Instant;

/** The router's part for pools: its decisions, and what it stores. */
final class SimulatedPools {
    private final DispatchMachine machine;
    private final Stored<String, PoolState> pools = new Stored<>();
    private final Stored<String, Backlog.Waiting> queue = new Stored<>();
    private final Stored<AttemptKey, Long> inFlight = new Stored<>();

    SimulatedPools(DispatchMachine machine) {
        this.machine = machine;
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

    void decide(String pool, DispatchEvent event, Instant streamTime, RouterOutput out) {
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
                    inFlight.put(DispatchMachine.attemptOf(item), item.getPixels());
                    out.release(pool, item);
                }
                case DispatchOutput.Landed(AttemptKey attempt) -> inFlight.remove(attempt);
                case DispatchOutput.TurnedAway(WorkItem item, String reason) ->
                    out.tellJob(JobEvents.turnedAway(item, reason));
            }
        }
    }
}
