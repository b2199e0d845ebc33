package io.darkroom.router.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.WorkItem;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Workers of two versions in one pool, as while they are replaced one after the other. */
class MixedVersionsTest {

    private static final Duration LEASE = Duration.ofSeconds(30);

    private final InMemoryPool pool = new InMemoryPool(new DispatchLimits(LEASE, Duration.ofMinutes(10), Map.of()));

    @Test
    void newerWorkWaitsUntilTheLastOldWorkerHasLeft() {
        pool.lease("old", 2, 1);
        pool.lease("new", 2, 2);
        pool.want(item("newer", Priority.PRIORITY_STANDARD, 2));
        assertThat(pool.released).isEmpty();

        pool.lease("old", 0, 1);

        assertThat(pool.released).containsExactly("newer");
    }

    @Test
    void newerWorkWaitsUntilAnOldWorkerIsHeardOfNoMore() {
        pool.lease("old", 2, 1);
        pool.want(item("newer", Priority.PRIORITY_STANDARD, 2));
        pool.now = pool.now.plus(LEASE);

        pool.lease("new", 2, 2);

        assertThat(pool.released).containsExactly("newer");
    }

    @Test
    void aWorkerThatSaysNothingReadsTheFirstVersion() {
        pool.lease("silent", 2, 0);
        pool.want(item("newer", Priority.PRIORITY_STANDARD, 2));
        pool.want(item("first", Priority.PRIORITY_BULK, 1));

        assertThat(pool.released).containsExactly("first");
    }

    @Test
    void workThatAllReadIsNotHeldUpByNewerWorkOfAnotherQueue() {
        pool.lease("old", 2, 1);
        pool.want(item("newer", Priority.PRIORITY_INTERACTIVE, 2));
        pool.want(item("first", Priority.PRIORITY_BULK, 1));

        assertThat(pool.released).containsExactly("first");
    }

    @Test
    void oneOldWorkerDoesNotHoldNewerWorkBackForEver() {
        pool.lease("new", 2, 2);
        pool.lease("forgotten", 1, 1);
        pool.want(item("newer", Priority.PRIORITY_STANDARD, 2));
        assertThat(pool.released).isEmpty();

        beatFor(DispatchLimits.DEFAULT.hold());
        assertThat(pool.released).containsExactly("newer");

        pool.want(item("next", Priority.PRIORITY_STANDARD, 2));
        assertThat(pool.released).containsExactly("newer", "next");
    }

    @Test
    void anOldWorkerThatComesAgainAndAgainHoldsNewerWorkBackOnce() {
        pool.lease("new", 2, 2);
        pool.lease("forgotten", 1, 1);
        pool.want(item("newer", Priority.PRIORITY_STANDARD, 2));
        beatFor(DispatchLimits.DEFAULT.hold());
        pool.lease("forgotten", 0, 1);
        pool.lease("another", 1000, 1);

        pool.want(item("next", Priority.PRIORITY_STANDARD, 2));

        assertThat(pool.released).containsExactly("newer", "next");
    }

    @Test
    void noMoreNewerWorkIsReleasedBesideOldWorkersThanThoseThatReadItCanTake() {
        pool.lease("new", 2, 2);
        pool.lease("old", 8, 1);
        for (int number = 0; number < 6; number++) {
            pool.want(item("newer-" + number, Priority.PRIORITY_STANDARD, 2));
        }
        beatFor(DispatchLimits.DEFAULT.hold());
        assertThat(pool.released).containsExactly("newer-0", "newer-1", "newer-2");

        pool.want(item("first", Priority.PRIORITY_BULK, 1));
        assertThat(pool.released).endsWith("first");
        pool.free(item("newer-0", Priority.PRIORITY_STANDARD, 2));
        assertThat(pool.released).endsWith("newer-3");
    }

    @Test
    void newerWorkThatNobodyReadsIsNotReleased() {
        pool.lease("old", 2, 1);
        pool.want(item("newer", Priority.PRIORITY_STANDARD, 2));
        for (int second = 0; second < 120; second++) {
            pool.now = pool.now.plusSeconds(1);
            pool.lease("old", 2, 1);
            pool.review();
        }
        assertThat(pool.released).isEmpty();
    }

    @Test
    void workersOlderThanTheOperatorWantsCountAsNone() {
        var strict = new InMemoryPool(DispatchLimits.DEFAULT.withOldestVersion(2));
        strict.lease("forgotten", 8, 1);
        strict.want(item("first", Priority.PRIORITY_STANDARD, 1));
        assertThat(strict.released).isEmpty();

        strict.lease("new", 1, 2);
        strict.want(item("newer", Priority.PRIORITY_STANDARD, 2));
        assertThat(strict.released).containsExactly("first");
        strict.free(item("first", Priority.PRIORITY_STANDARD, 1));
        assertThat(strict.released).containsExactly("first", "newer");
    }

    private void beatFor(Duration time) {
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plusSeconds(1)) {
            pool.now = pool.now.plusSeconds(1);
            pool.lease("new", 2, 2);
            pool.lease(
                    pool.state.leases().containsKey("old") ? "old" : "forgotten",
                    pool.state.leases().containsKey("old") ? 8 : 1,
                    1);
            pool.review();
        }
    }

    private static WorkItem item(String job, Priority priority, int version) {
        return InMemoryPool.item("shop", job, priority, 1).toBuilder()
                .setProtocolVersion(version)
                .build();
    }
}
