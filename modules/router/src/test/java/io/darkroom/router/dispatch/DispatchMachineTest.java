package io.darkroom.router.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.DispatchEvent;
import io.darkroom.contract.wire.router.WorkerLease;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DispatchMachineTest {
    private static final int WINDOW = 2;

    /** A pool with its queue in memory, as the Streams shell keeps it in stores. */
    private static final class Pool implements Backlog {
        private final DispatchMachine machine =
                new DispatchMachine(new DispatchLimits(WINDOW, 2, Duration.ofSeconds(30)));
        private final Map<Long, WorkItem> queue = new HashMap<>();
        private final Map<AttemptKey, Long> places = new HashMap<>();
        private final List<String> released = new ArrayList<>();
        private PoolState state = PoolState.EMPTY;
        private Instant now = Instant.EPOCH;

        void want(String job) {
            apply(DispatchEvent.newBuilder().setWanted(item(job)).build());
        }

        void free(String job) {
            apply(DispatchEvent.newBuilder()
                    .setFreed(DispatchMachine.attemptOf(item(job)))
                    .build());
        }

        void lease(String worker, int slots) {
            apply(DispatchEvent.newBuilder()
                    .setLease(WorkerLease.newBuilder()
                            .setWorkerIncarnation(worker)
                            .setSlots(slots))
                    .build());
        }

        private void apply(DispatchEvent event) {
            DispatchDecision decision = machine.decide(state, this, event, now);
            state = decision.state();
            for (DispatchOutput output : decision.outputs()) {
                switch (output) {
                    case DispatchOutput.Enqueued(long sequence, WorkItem item) -> {
                        queue.put(sequence, item);
                        places.put(DispatchMachine.attemptOf(item), sequence);
                    }
                    case DispatchOutput.Withdrawn(long sequence, AttemptKey attempt) -> {
                        queue.remove(sequence);
                        places.remove(attempt);
                    }
                    case DispatchOutput.Passed(long sequence) -> queue.remove(sequence);
                    case DispatchOutput.Release(WorkItem item) -> {
                        places.remove(DispatchMachine.attemptOf(item));
                        released.add(item.getJob().getId());
                    }
                }
            }
        }

        @Override
        public Optional<WorkItem> at(long sequence) {
            return Optional.ofNullable(queue.get(sequence));
        }

        @Override
        public OptionalLong placeOf(AttemptKey attempt) {
            Long place = places.get(attempt);
            return place == null ? OptionalLong.empty() : OptionalLong.of(place);
        }

        private static WorkItem item(String job) {
            return WorkItem.newBuilder()
                    .setJob(JobKey.newBuilder().setId(job))
                    .setAttempt(1)
                    .build();
        }
    }

    private final Pool pool = new Pool();

    @Test
    void noMoreThanTheWindowIsInFlight() {
        List.of("a", "b", "c").forEach(pool::want);

        assertThat(pool.released).containsExactly("a", "b");
    }

    @Test
    void whatIsFreedMakesRoomForTheOneThatWaitedLongest() {
        List.of("a", "b", "c", "d").forEach(pool::want);
        pool.free("b");

        assertThat(pool.released).containsExactly("a", "b", "c");
    }

    @Test
    void freeingTwiceMakesRoomOnce() {
        List.of("a", "b", "c", "d").forEach(pool::want);
        pool.free("a");
        pool.free("a");

        assertThat(pool.released).containsExactly("a", "b", "c");
    }

    @Test
    void whatIsFreedWhileItWaitsIsNeverReleased() {
        List.of("a", "b", "c", "d").forEach(pool::want);
        pool.free("c");
        pool.free("a");

        assertThat(pool.released).containsExactly("a", "b", "d");
    }

    @Test
    void aRepeatedWishIsReleasedOnce() {
        List.of("a", "a", "b", "c", "c").forEach(pool::want);
        pool.free("a");
        pool.free("b");

        assertThat(pool.released).containsExactly("a", "b", "c");
    }

    @Test
    void liveWorkersWidenTheWindowUntilTheyAreHeardOfNoMore() {
        pool.lease("w1", 2);
        List.of("a", "b", "c", "d", "e").forEach(pool::want);
        assertThat(pool.released).containsExactly("a", "b", "c", "d");

        pool.now = pool.now.plusSeconds(31);
        pool.free("a");
        assertThat(pool.released).hasSize(4);

        pool.lease("w2", 2);
        assertThat(pool.released).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void aWorkerThatLeavesNoLongerCounts() {
        pool.lease("w1", 2);
        pool.lease("w1", 0);
        List.of("a", "b", "c").forEach(pool::want);

        assertThat(pool.released).containsExactly("a", "b");
    }

    /** Even numbers want, odd ones free; so wishes and ends come in any order, often repeated. */
    @Property(tries = 500)
    void anyOrderOfWishesAndEndsKeepsTheWindowAndLosesNothing(
            @ForAll @Size(max = 80) List<@IntRange(max = 39) Integer> events) {
        Pool any = new Pool();
        Set<String> open = new HashSet<>();
        for (int event : events) {
            String job = Integer.toString(event / 2);
            if (event % 2 == 0) {
                any.want(job);
                open.add(job);
            } else {
                any.free(job);
                open.remove(job);
            }
            assertThat(any.state.inFlight().size()).isLessThanOrEqualTo(WINDOW);
            assertThat(any.state.inFlight().size() + any.places.size()).isEqualTo(open.size());
            assertThat(any.places.isEmpty() || any.state.inFlight().size() == WINDOW)
                    .isTrue();
        }
        open.forEach(any::free);
        assertThat(any.state.inFlight()).isEmpty();
        assertThat(any.queue).isEmpty();
    }
}
