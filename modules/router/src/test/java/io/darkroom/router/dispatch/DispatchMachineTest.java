package io.darkroom.router.dispatch;

import static io.darkroom.contract.wire.Priority.PRIORITY_BULK;
import static io.darkroom.contract.wire.Priority.PRIORITY_INTERACTIVE;
import static io.darkroom.contract.wire.Priority.PRIORITY_STANDARD;
import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.WorkItem;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DispatchMachineTest {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration AGEING = Duration.ofMinutes(10);
    private static final int SLOTS = 2;

    /** Two slots of one worker, and one more that it can take at once when a slot falls free. */
    private static final int ROOM = 3;

    private final InMemoryPool pool = pool(Map.of());

    @Test
    void nothingIsReleasedWhereNoWorkerIsHeardOf() {
        InMemoryPool empty = new InMemoryPool(new DispatchLimits(LEASE, AGEING, Map.of()));
        want(empty, "a", "b");
        assertThat(empty.released).isEmpty();

        empty.lease("w1", 1);
        assertThat(empty.released).containsExactly("a");
    }

    @Test
    void noMoreIsInFlightThanTheWorkersCanTake() {
        want(pool, "a", "b", "c", "d", "e");

        assertThat(pool.released).containsExactly("a", "b", "c");
    }

    @Test
    void whatIsFreedMakesRoomForTheOneThatWaitedLongest() {
        want(pool, "a", "b", "c", "d", "e");
        pool.free(bulk("b"));

        assertThat(pool.released).containsExactly("a", "b", "c", "d");
    }

    @Test
    void freeingTwiceMakesRoomOnce() {
        want(pool, "a", "b", "c", "d", "e");
        pool.free(bulk("a"));
        pool.free(bulk("a"));

        assertThat(pool.released).containsExactly("a", "b", "c", "d");
    }

    @Test
    void whatIsFreedWhileItWaitsIsNeverReleased() {
        want(pool, "a", "b", "c", "d", "e", "f");
        pool.free(bulk("d"));
        pool.free(bulk("a"));
        pool.free(bulk("b"));

        assertThat(pool.released).containsExactly("a", "b", "c", "e", "f");
    }

    @Test
    void aRepeatedWishIsReleasedOnce() {
        want(pool, "a", "a", "b", "c", "d", "d", "e");
        pool.free(bulk("a"));
        pool.free(bulk("b"));

        assertThat(pool.released).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void aWorkerThatIsHeardOfNoMoreIsGivenNothing() {
        want(pool, "a", "b", "c", "d");
        pool.now = pool.now.plus(LEASE);
        pool.free(bulk("a"));
        assertThat(pool.released).hasSize(3);

        pool.lease("w2", SLOTS);
        assertThat(pool.released).containsExactly("a", "b", "c", "d");
    }

    @Test
    void aWorkerThatLeavesNoLongerCounts() {
        pool.lease("w1", 0);
        want(pool, "a");

        assertThat(pool.released).isEmpty();
    }

    @Test
    void aMillionBulkJobsOfOneTenantLetAnothersInteractiveOneThroughAtTheNextEnd() {
        int bulk = 1_000_000;
        for (int number = 0; number < bulk; number++) {
            pool.want(InMemoryPool.item("catalogue", "bulk-" + number, PRIORITY_BULK, 20));
        }
        pool.want(InMemoryPool.item("shop", "person", PRIORITY_INTERACTIVE, 20));
        assertThat(pool.released).hasSize(ROOM).doesNotContain("person");

        pool.endOne();

        assertThat(pool.released).hasSize(ROOM + 1).endsWith("person");
        assertThat(pool.waiting()).isEqualTo(bulk - ROOM);
    }

    @Test
    void whatIsReleasedLastStartsWhenThoseHaveEndedThatRunNow() {
        InMemoryPool fleet = new InMemoryPool(new DispatchLimits(LEASE, AGEING, Map.of()));
        fleet.lease("w1", 1);
        fleet.lease("w2", 1);
        want(fleet, "a", "b", "c", "d", "e");

        assertThat(fleet.inFlight).hasSize(3);
    }

    @Test
    void priorityComesBeforeTheOrderOfArrival() {
        want(pool, "a", "b", "c");
        pool.want(InMemoryPool.item("shop", "bulk", PRIORITY_BULK, 1));
        pool.want(InMemoryPool.item("shop", "standard", PRIORITY_STANDARD, 1));
        pool.want(InMemoryPool.item("shop", "interactive", PRIORITY_INTERACTIVE, 1));
        pool.endOne();
        pool.endOne();
        pool.endOne();

        assertThat(pool.released).endsWith("interactive", "standard", "bulk");
    }

    @Test
    void whatWaitsLongRanksWithTheNextHigherPriority() {
        want(pool, "a", "b", "c");
        pool.want(InMemoryPool.item("patient", "old", PRIORITY_BULK, 1));
        pool.now = pool.now.plus(AGEING);
        pool.lease("w1", SLOTS);
        pool.want(InMemoryPool.item("shop", "new", PRIORITY_STANDARD, 1));
        pool.endOne();

        assertThat(pool.released).endsWith("old");
    }

    @Test
    void tenantsShareADeviceByWhatTheirWorkCosts() {
        InMemoryPool shared = pool(Map.of());
        for (int number = 0; number < 400; number++) {
            shared.want(InMemoryPool.item("large", "large-" + number, PRIORITY_STANDARD, 100));
            shared.want(InMemoryPool.item("small", "small-" + number, PRIORITY_STANDARD, 25));
        }
        end(shared, 200);

        long large = countOf(shared, "large-");
        long small = countOf(shared, "small-");
        assertThat((double) small * 25 / (large * 100)).isBetween(0.9, 1.1);
    }

    @Test
    void aTenantOfTwiceTheWeightGetsTwiceAsMuch() {
        InMemoryPool shared =
                pool(Map.of("heavy", TenantShare.ofItems(2, 100, 10_000), "*", TenantShare.ofItems(1, 100, 10_000)));
        for (int number = 0; number < 400; number++) {
            shared.want(InMemoryPool.item("heavy", "heavy-" + number, PRIORITY_STANDARD, 30));
            shared.want(InMemoryPool.item("light", "light-" + number, PRIORITY_STANDARD, 30));
        }
        end(shared, 300);

        assertThat((double) countOf(shared, "heavy-") / countOf(shared, "light-"))
                .isBetween(1.9, 2.1);
    }

    @Test
    void aTenantThatWasAwayIsOwedNothing() {
        for (int number = 0; number < 100; number++) {
            pool.want(InMemoryPool.item("busy", "busy-" + number, PRIORITY_STANDARD, 10));
        }
        end(pool, 40);
        for (int number = 0; number < 40; number++) {
            pool.want(InMemoryPool.item("late", "late-" + number, PRIORITY_STANDARD, 10));
        }
        int before = pool.released.size();
        end(pool, 20);

        assertThat(pool.released.subList(before, before + 20).stream()
                        .filter(job -> job.startsWith("late-"))
                        .count())
                .isBetween(9L, 11L);
    }

    @Test
    void aTenantHasNoMoreInFlightThanItMayAndOthersPassIt() {
        InMemoryPool shared = pool(Map.of("small", TenantShare.ofItems(1, 1, 100)));
        shared.want(InMemoryPool.item("small", "s1", PRIORITY_INTERACTIVE, 1));
        shared.want(InMemoryPool.item("small", "s2", PRIORITY_INTERACTIVE, 1));
        shared.want(InMemoryPool.item("other", "o1", PRIORITY_BULK, 1));
        assertThat(shared.released).containsExactly("s1", "o1");

        shared.free(InMemoryPool.item("small", "s1", PRIORITY_INTERACTIVE, 1));
        assertThat(shared.released).containsExactly("s1", "o1", "s2");
    }

    @Test
    void aNewJobOfATenantWithAFullQueueIsTurnedAwayAndARetryIsNot() {
        InMemoryPool shared = pool(Map.of("small", TenantShare.ofItems(1, 1, 1)));
        shared.want(InMemoryPool.item("small", "runs", PRIORITY_STANDARD, 1));
        shared.want(InMemoryPool.item("small", "waits", PRIORITY_STANDARD, 1));
        shared.want(InMemoryPool.item("small", "late", PRIORITY_STANDARD, 1));
        shared.want(InMemoryPool.item("small", "retry", PRIORITY_STANDARD, 1).toBuilder()
                .setAttempt(2)
                .setFirst(false)
                .build());

        assertThat(shared.turnedAway).containsExactly("late");
        assertThat(shared.waiting()).isEqualTo(2);
    }

    @Test
    void whatWaitsCanBeGivenAnotherPriorityAndKeepsItsAge() {
        want(pool, "a", "b", "c", "d", "e");
        pool.move(bulk("e"), PRIORITY_INTERACTIVE);
        pool.move(bulk("a"), PRIORITY_INTERACTIVE);
        pool.endOne();

        assertThat(pool.released).containsExactly("a", "b", "c", "e");
    }

    @Test
    void movingTheFirstOrTheOnlyOneOfAQueueLeavesTheOthersInOrder() {
        want(pool, "a", "b", "c", "d", "e");
        pool.move(bulk("d"), PRIORITY_INTERACTIVE);
        pool.move(bulk("d"), PRIORITY_BULK);
        pool.endOne();
        pool.endOne();

        assertThat(pool.released).containsExactly("a", "b", "c", "e", "d");
    }

    /** Each number is a job and what happens to it: it is wanted, ends, or gets another priority. */
    @Property(tries = 500)
    void anyOrderOfEventsKeepsTheLimitAndLosesNothing(
            @ForAll @Size(max = 120) List<@IntRange(max = 79) Integer> events) {
        InMemoryPool any = pool(Map.of("tenant-1", TenantShare.ofItems(3, 2, 1000)));
        Set<WorkItem> open = new HashSet<>();
        for (int event : events) {
            int job = event / 4;
            WorkItem item = InMemoryPool.item("tenant-" + job % 3, "job-" + job, priority(job), 1 + job);
            switch (event % 4) {
                case 0, 1 -> {
                    any.want(item);
                    open.add(item);
                }
                case 2 -> {
                    any.free(item);
                    open.remove(item);
                }
                default -> any.move(item, priority(event));
            }
            assertThat(any.inFlight.size()).isLessThanOrEqualTo(ROOM);
            assertThat(any.inFlight.size() + any.waiting()).isEqualTo(open.size());
            assertThat(any.state.queues().values().stream()
                            .mapToLong(PoolState.Queue::waiting)
                            .sum())
                    .isEqualTo(any.waiting());
            boolean everyoneAtTheLimit = any.state.queues().keySet().stream()
                    .allMatch(queue -> queue.tenant().equals("tenant-1"));
            assertThat(any.inFlight.size() == ROOM || everyoneAtTheLimit).isTrue();
        }
        open.forEach(any::free);
        assertThat(any.inFlight).isEmpty();
        assertThat(any.state.queues()).isEmpty();
        assertThat(any.waiting()).isZero();
    }

    @Test
    void pixelsInFlightAreHeldBackBeyondATenantsLimit() {
        InMemoryPool shared = pool(Map.of("large", new TenantShare(1, 100, 100, 1000, Long.MAX_VALUE)));
        shared.want(drawing("large", "a", 600));
        shared.want(drawing("large", "b", 600));
        shared.want(drawing("other", "c", 600));
        assertThat(shared.released).containsExactly("a", "c");

        shared.free(drawing("large", "a", 600));
        assertThat(shared.released).containsExactly("a", "c", "b");
    }

    @Test
    void whatAloneIsBeyondThePixelLimitRunsAlone() {
        InMemoryPool shared = pool(Map.of("large", new TenantShare(1, 100, 100, 1000, Long.MAX_VALUE)));
        shared.want(drawing("large", "giant", 5000));
        shared.want(drawing("large", "dwarf", 1));
        assertThat(shared.released).containsExactly("giant");

        shared.free(drawing("large", "giant", 5000));
        assertThat(shared.released).containsExactly("giant", "dwarf");
    }

    @Test
    void pixelsFreedTwiceCountOnce() {
        InMemoryPool shared = pool(Map.of("large", new TenantShare(1, 100, 100, 1000, Long.MAX_VALUE)));
        shared.want(drawing("large", "a", 400));
        shared.want(drawing("large", "b", 600));
        shared.want(drawing("large", "c", 900));
        shared.free(drawing("large", "a", 400));
        shared.free(drawing("large", "a", 400));
        assertThat(shared.released).containsExactly("a", "b");

        shared.free(drawing("large", "b", 600));
        assertThat(shared.released).containsExactly("a", "b", "c");
    }

    @Test
    void aJobBeyondThePixelsThatMayWaitIsTurnedAway() {
        InMemoryPool shared = pool(Map.of("large", new TenantShare(1, 1, 100, Long.MAX_VALUE, 1000)));
        shared.want(drawing("large", "runs", 900));
        shared.want(drawing("large", "waits", 900));
        shared.want(drawing("large", "second", 200));
        shared.want(drawing("large", "too-large", 1001));
        shared.want(drawing("large", "small", 100));
        assertThat(shared.turnedAway).containsExactly("second", "too-large");

        shared.free(drawing("large", "runs", 900));
        shared.want(drawing("large", "second", 200));
        assertThat(shared.turnedAway).hasSize(2);
        assertThat(shared.released).containsExactly("runs", "waits");
    }

    private static WorkItem drawing(String tenant, String job, long pixels) {
        return InMemoryPool.item(tenant, job, PRIORITY_BULK, 1).toBuilder()
                .setPixels(pixels)
                .build();
    }

    private static InMemoryPool pool(Map<String, TenantShare> shares) {
        InMemoryPool pool = new InMemoryPool(new DispatchLimits(LEASE, AGEING, shares));
        pool.lease("w1", SLOTS);
        return pool;
    }

    private static WorkItem bulk(String job) {
        return InMemoryPool.item("catalogue", job, PRIORITY_BULK, 1);
    }

    private static void want(InMemoryPool pool, String... jobs) {
        List.of(jobs).forEach(job -> pool.want(bulk(job)));
    }

    private static void end(InMemoryPool pool, int count) {
        for (int number = 0; number < count; number++) {
            pool.endOne();
        }
    }

    private static long countOf(InMemoryPool pool, String prefix) {
        return pool.released.stream().filter(job -> job.startsWith(prefix)).count();
    }

    private static Priority priority(int number) {
        return List.of(PRIORITY_INTERACTIVE, PRIORITY_STANDARD, PRIORITY_BULK).get(number % 3);
    }
}
