package io.darkroom.router.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.WorkItem;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whom a released work item still names as to be avoided. */
class AvoidedReleaseTest {
    private final InMemoryPool pool = new InMemoryPool(DispatchLimits.DEFAULT);

    @Test
    void workersThatLiveBesideOthersAreNamed() {
        pool.lease("w1", 1);
        pool.lease("w2", 1);
        pool.want(avoiding("w1", "gone"));

        assertThat(avoided()).containsExactly("w1");
    }

    @Test
    void whereNobodyElseLivesNobodyIsAvoided() {
        pool.lease("w1", 1);
        pool.want(avoiding("w1"));

        assertThat(avoided()).isEmpty();
    }

    private List<String> avoided() {
        return pool.releasedItems.getLast().getAvoidList();
    }

    private static WorkItem avoiding(String... workers) {
        return InMemoryPool.item("t", "job", Priority.PRIORITY_STANDARD, 1).toBuilder()
                .addAllAvoid(List.of(workers))
                .build();
    }
}
