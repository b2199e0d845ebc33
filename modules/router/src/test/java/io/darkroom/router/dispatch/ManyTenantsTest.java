package io.darkroom.router.dispatch;

import static io.darkroom.contract.wire.Priority.PRIORITY_BULK;
import static io.darkroom.contract.wire.Priority.PRIORITY_INTERACTIVE;
import static io.darkroom.contract.wire.Priority.PRIORITY_STANDARD;
import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.WorkItem;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** What holds for a pool in which many tenants' work waits. */
class ManyTenantsTest {
    private static final Duration AGEING = Duration.ofMinutes(10);
    private static final DispatchLimits LIMITS = new DispatchLimits(Duration.ofDays(100), AGEING, Map.of());

    @Test
    void anEventChangesNoMoreWhereManyTenantsWait() {
        InMemoryPool pool = new InMemoryPool(LIMITS);
        for (int number = 0; number < 4_000; number++) {
            pool.want(item("tenant-" + number, "job-" + number, PRIORITY_STANDARD, 10));
        }
        pool.lease("w", 3);
        pool.changes.clear();
        for (int number = 0; number < 100; number++) {
            pool.endOne();
        }

        assertThat(pool.changes).allSatisfy(changes -> {
            assertThat(changes.queues()).hasSizeLessThanOrEqualTo(2);
            // The one that ended, the one that was released, and at most four tags that are forgotten.
            assertThat(changes.tenants()).hasSizeLessThanOrEqualTo(6);
            assertThat(changes.workers()).isEmpty();
        });
    }

    @Test
    void aHeartbeatThatSaysNothingNewChangesNothing() {
        InMemoryPool pool = new InMemoryPool(LIMITS);
        pool.lease("w", 3);
        pool.changes.clear();
        pool.lease("w", 3);
        assertThat(pool.changes).allMatch(PoolChanges::none);

        pool.lease("w", 2);
        assertThat(pool.changes.getLast().workers()).containsExactly("w");
    }

    @Test
    void tenantsThatCameOnceAreForgotten() {
        InMemoryPool pool = new InMemoryPool(LIMITS);
        pool.lease("w", 1000);
        for (int number = 0; number < 12_000; number++) {
            pool.want(item("tenant-" + number, "job-" + number, PRIORITY_STANDARD, 1 + number % 7));
            pool.free(item("tenant-" + number, "job-" + number, PRIORITY_STANDARD, 1));
        }

        assertThat(pool.state.paidUntil()).hasSizeLessThanOrEqualTo(10_000);
        assertThat(pool.state.inFlight()).isEmpty();
        assertThat(pool.state.queues()).isEmpty();
    }

    @Test
    void aTenantMoreThanMayWaitIsTurnedAwayAndThoseThatWaitMayHaveMore() {
        InMemoryPool pool = new InMemoryPool(LIMITS.withTenantsWaiting(2));
        pool.want(item("one", "a", PRIORITY_STANDARD, 1));
        pool.want(item("two", "b", PRIORITY_BULK, 1));
        pool.want(item("three", "c", PRIORITY_INTERACTIVE, 1));
        pool.want(item("one", "d", PRIORITY_BULK, 1));
        pool.want(item("three", "retry", PRIORITY_STANDARD, 1).toBuilder()
                .setFirst(false)
                .build());

        assertThat(pool.turnedAway).containsExactly("c");
        assertThat(pool.reasons.getFirst()).contains("2 tenants have work waiting for pool base; at most 2 may");
        assertThat(pool.waiting()).isEqualTo(4);
    }

    /** Each number is a tenant's job of some priority and cost, or the end of one, or time that passes. */
    @Property(tries = 300)
    void theNextIsWhatALookAtAllQueuesFinds(@ForAll @Size(max = 80) List<@IntRange(max = 5_999) Integer> events) {
        InMemoryPool pool = new InMemoryPool(LIMITS);
        pool.lease("w", 1);
        int number = 0;
        for (int event : events) {
            String tenant = "tenant-" + event % 5;
            if (event % 3 == 0) {
                pool.now = pool.now.plusSeconds(event / 3);
            }
            if (event % 4 < 3) {
                Priority priority = List.of(PRIORITY_INTERACTIVE, PRIORITY_STANDARD, PRIORITY_BULK)
                        .get(event / 7 % 3);
                pool.want(item(tenant, "job-" + number++, priority, 1 + event % 11));
            } else if (!pool.inFlight.isEmpty() && !pool.state.queues().isEmpty()) {
                WorkItem expected = slowlyFound(pool);
                pool.endOne();
                assertThat(pool.released.getLast()).isEqualTo(expected.getJob().getId());
            }
        }
    }

    /** The rule, in one look at everything. */
    private static WorkItem slowlyFound(InMemoryPool pool) {
        Map<QueueKey, PoolState.Queue> queues = new HashMap<>(pool.state.queues());
        long virtualTime = pool.state.header().virtualTime();
        QueueKey first = queues.keySet().stream()
                .min(Comparator.<QueueKey>comparingLong(
                                key -> rank(key.priority(), queues.get(key).headSince(), pool.now))
                        .thenComparing(key ->
                                Math.max(virtualTime, pool.state.paidUntil().getOrDefault(key.tenant(), 0L)))
                        .thenComparing(key -> queues.get(key).headSince())
                        .thenComparing(QueueKey::tenant)
                        .thenComparing(QueueKey::priority))
                .orElseThrow();
        return pool.next(first, queues.get(first).head()).orElseThrow().item();
    }

    private static long rank(Priority priority, Instant since, Instant now) {
        long level =
                List.of(PRIORITY_INTERACTIVE, PRIORITY_STANDARD, PRIORITY_BULK).indexOf(priority);
        return Math.max(0, level - Duration.between(since, now).dividedBy(AGEING));
    }

    private static WorkItem item(String tenant, String job, Priority priority, long cost) {
        return InMemoryPool.item(tenant, job, priority, cost);
    }
}
