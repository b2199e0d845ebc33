package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.DispatchEvent;
import io.darkroom.contract.wire.router.PoolReviewed;
import io.darkroom.contract.wire.router.WorkMoved;
import io.darkroom.contract.wire.router.WorkerLease;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/** A pool with its queues in memory, as the Streams shell keeps it in stores. */
final class InMemoryPool implements Backlog {
    final List<String> released = new ArrayList<>();
    final List<String> turnedAway = new ArrayList<>();
    final SequencedMap<AttemptKey, Long> inFlight = new LinkedHashMap<>();
    final List<String> reasons = new ArrayList<>();
    final List<PoolChanges> changes = new ArrayList<>();
    /** From where the queues were read. */
    List<Long> reads = new ArrayList<>();

    final List<WorkItem> releasedItems = new ArrayList<>();
    PoolState state = PoolState.EMPTY;
    Instant now = Instant.EPOCH;

    private final DispatchMachine machine;
    private final WorkerLiveness workers;
    private final Map<AttemptKey, Integer> versions = new HashMap<>();
    private final Map<QueueKey, TreeMap<Long, Waiting>> queues = new HashMap<>();
    private final Map<AttemptKey, Place> places = new HashMap<>();

    InMemoryPool(DispatchLimits limits) {
        this.machine = new DispatchMachine(limits);
        this.workers = new WorkerLiveness(limits.lease());
    }

    static WorkItem item(String tenant, String job, Priority priority, long cost) {
        return WorkItem.newBuilder()
                .setJob(JobKey.newBuilder().setTenant(tenant).setId(job))
                .setAttempt(1)
                .setPool("base")
                .setPriority(priority)
                .setExpectedCost(cost)
                .setFirst(true)
                .build();
    }

    void want(WorkItem item) {
        apply(DispatchEvent.newBuilder().setWanted(item).build());
    }

    void free(WorkItem item) {
        apply(DispatchEvent.newBuilder()
                .setFreed(DispatchMachine.attemptOf(item))
                .build());
    }

    /** Whatever runs longest ends. */
    void endOne() {
        apply(DispatchEvent.newBuilder()
                .setFreed(inFlight.firstEntry().getKey())
                .build());
    }

    void move(WorkItem item, Priority priority) {
        apply(DispatchEvent.newBuilder()
                .setMoved(WorkMoved.newBuilder()
                        .setAttempt(DispatchMachine.attemptOf(item))
                        .setPriority(priority))
                .build());
    }

    void lease(String worker, int slots) {
        lease(worker, slots, 1);
    }

    /** @param version the newest of work items that the worker reads */
    void lease(String worker, int slots, int version) {
        if (slots > 0) {
            workers.heard(new WorkerLiveness.Key("base", worker), Duration.ZERO, now);
        }
        apply(DispatchEvent.newBuilder()
                .setLease(WorkerLease.newBuilder()
                        .setWorkerIncarnation(worker)
                        .setSlots(slots)
                        .setProtocolVersion(version))
                .build());
    }

    int waiting() {
        return places.size();
    }

    /** Time has passed: workers that were not heard of for too long are gone, and nothing else has happened. */
    void review() {
        apply(DispatchEvent.newBuilder()
                .setReviewed(PoolReviewed.getDefaultInstance())
                .build());
    }

    private void apply(DispatchEvent event) {
        workers.takeLost(now)
                .forEach(lost -> decide(DispatchEvent.newBuilder()
                        .setLease(WorkerLease.newBuilder().setWorkerIncarnation(lost.worker()))
                        .build()));
        decide(event);
    }

    private void decide(DispatchEvent event) {
        DispatchDecision decision = machine.decide(state, this, event, now);
        state = decision.state();
        changes.add(decision.changes());
        for (DispatchOutput output : decision.outputs()) {
            switch (output) {
                case DispatchOutput.Enqueued(Place place, WorkItem item, Instant since) -> {
                    queues.computeIfAbsent(place.queue(), _ -> new TreeMap<>())
                            .put(place.sequence(), new Waiting(place.sequence(), item, since));
                    places.put(DispatchMachine.attemptOf(item), place);
                }
                case DispatchOutput.Dequeued(Place place, AttemptKey attempt) -> {
                    queues.get(place.queue()).remove(place.sequence());
                    places.remove(attempt);
                }
                case DispatchOutput.Release(WorkItem item) -> {
                    released.add(item.getJob().getId());
                    releasedItems.add(item);
                    inFlight.put(DispatchMachine.attemptOf(item), item.getPixels());
                    versions.put(DispatchMachine.attemptOf(item), item.getProtocolVersion());
                }
                case DispatchOutput.Landed(AttemptKey attempt) -> inFlight.remove(attempt);
                case DispatchOutput.TurnedAway(WorkItem item, String reason) -> {
                    turnedAway.add(item.getJob().getId());
                    reasons.add(reason);
                }
            }
        }
    }

    @Override
    public Optional<Waiting> next(QueueKey queue, long sequence) {
        reads.add(sequence);
        return Optional.ofNullable(queues.getOrDefault(queue, new TreeMap<>()).ceilingEntry(sequence))
                .map(Map.Entry::getValue);
    }

    @Override
    public Optional<Whereabouts> find(AttemptKey attempt) {
        return Optional.<Whereabouts>ofNullable(places.get(attempt))
                .or(() -> Optional.ofNullable(inFlight.get(attempt))
                        .map(pixels -> new InFlight(pixels, versions.get(attempt))));
    }
}
