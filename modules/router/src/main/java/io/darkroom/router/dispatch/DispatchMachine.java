package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.DispatchEvent;
import io.darkroom.contract.wire.router.WorkerLease;
import io.darkroom.router.dispatch.PoolState.Lease;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides what a pool's workers are given, and when. First come, first served: what is wanted waits
 * in a queue and is released while fewer attempts are in flight than the window allows. In flight
 * is a set, so that an attempt freed twice, or freed before it was wanted, leaks nothing. A pure
 * function.
 */
public final class DispatchMachine {
    private final DispatchLimits limits;

    public DispatchMachine(DispatchLimits limits) {
        this.limits = limits;
    }

    public DispatchDecision decide(PoolState state, Backlog backlog, DispatchEvent event, Instant now) {
        Turn turn = new Turn(state, now);
        switch (event.getKindCase()) {
            case WANTED -> turn.wanted(event.getWanted(), backlog);
            case FREED -> turn.freed(event.getFreed(), backlog);
            case LEASE -> turn.leased(event.getLease(), backlog);
            // From a newer version of the router.
            case KIND_NOT_SET -> {}
        }
        return turn.decision();
    }

    /** Names the attempt that a work item is. */
    public static AttemptKey attemptOf(WorkItem item) {
        return AttemptKey.newBuilder()
                .setJob(item.getJob())
                .setIndex(item.getIndex())
                .setAttempt(item.getAttempt())
                .build();
    }

    private final class Turn {
        private final Instant now;
        private final long tailBefore;
        private final LinkedHashSet<AttemptKey> inFlight;
        private final Map<String, Lease> leases;
        private final List<DispatchOutput> outputs = new ArrayList<>();
        private long head;
        private long tail;

        Turn(PoolState state, Instant now) {
            this.now = now;
            this.head = state.head();
            this.tail = state.tail();
            this.tailBefore = state.tail();
            this.inFlight = new LinkedHashSet<>(state.inFlight());
            this.leases = new HashMap<>(state.leases());
            leases.values().removeIf(lease -> !now.isBefore(lease.until()));
        }

        void wanted(WorkItem item, Backlog backlog) {
            AttemptKey attempt = attemptOf(item);
            if (inFlight.contains(attempt) || backlog.placeOf(attempt).isPresent()) {
                return;
            }
            if (head == tail && hasRoom()) {
                release(item);
                return;
            }
            outputs.add(new DispatchOutput.Enqueued(tail, item));
            tail++;
        }

        void freed(AttemptKey attempt, Backlog backlog) {
            OptionalLong place = backlog.placeOf(attempt);
            place.ifPresent(sequence -> outputs.add(new DispatchOutput.Withdrawn(sequence, attempt)));
            inFlight.remove(attempt);
            fill(backlog, place);
        }

        void leased(WorkerLease lease, Backlog backlog) {
            if (lease.getSlots() == 0) {
                leases.remove(lease.getWorkerIncarnation());
            } else {
                leases.put(lease.getWorkerIncarnation(), new Lease(lease.getSlots(), now.plus(limits.lease())));
            }
            fill(backlog, OptionalLong.empty());
        }

        private void fill(Backlog backlog, OptionalLong withdrawn) {
            while (head < tailBefore && hasRoom()) {
                boolean gone = withdrawn.isPresent() && withdrawn.getAsLong() == head;
                Optional<WorkItem> next = gone ? Optional.empty() : backlog.at(head);
                outputs.add(new DispatchOutput.Passed(head));
                head++;
                next.ifPresent(this::release);
            }
        }

        private void release(WorkItem item) {
            inFlight.add(attemptOf(item));
            outputs.add(new DispatchOutput.Release(item));
        }

        private boolean hasRoom() {
            int slots = leases.values().stream().mapToInt(Lease::slots).sum();
            return inFlight.size() < Math.max(limits.window(), limits.perSlot() * slots);
        }

        DispatchDecision decision() {
            return new DispatchDecision(new PoolState(head, tail, inFlight, leases), outputs);
        }
    }
}
