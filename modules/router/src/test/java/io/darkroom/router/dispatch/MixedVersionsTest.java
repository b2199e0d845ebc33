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

    private static WorkItem item(String job, Priority priority, int version) {
        return InMemoryPool.item("shop", job, priority, 1).toBuilder()
                .setProtocolVersion(version)
                .build();
    }
}
