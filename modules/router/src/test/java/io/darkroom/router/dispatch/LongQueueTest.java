package io.darkroom.router.dispatch;

import static io.darkroom.contract.wire.Priority.PRIORITY_BULK;
import static io.darkroom.contract.wire.Priority.PRIORITY_STANDARD;
import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.wire.WorkItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an event reads of its pool's queues, which is all that a long queue could make dearer. */
class LongQueueTest {
    private static final DispatchLimits LIMITS =
            new DispatchLimits(Duration.ofHours(1), Duration.ofMinutes(10), Map.of());
    private static final int SLOTS = 2;
    private static final int ROOM = 3;

    @ParameterizedTest
    @ValueSource(ints = {100, 1000, 100_000})
    void anEventReadsAsMuchOfALongQueueAsOfAShortOne(int depth) {
        InMemoryPool pool = filled(depth);

        assertThat(readsOf(pool, () -> pool.endOne())).isEqualTo(2);
        assertThat(readsOf(pool, () -> pool.free(item(depth / 2)))).isEqualTo(1);
        assertThat(readsOf(pool, () -> pool.move(item(depth / 2 + 1), PRIORITY_STANDARD)))
                .isEqualTo(1);
        assertThat(readsOf(pool, () -> pool.want(item(depth + 1)))).isZero();
    }

    @Test
    void aQueueIsNotReadOverWhatWasTakenOutOfIt() {
        int depth = 10_000;
        InMemoryPool pool = filled(depth);
        for (int number = ROOM + 1; number < depth - 1; number++) {
            pool.free(item(number));
        }

        List<Long> from = new ArrayList<>();
        pool.reads = from;
        pool.endOne();
        pool.endOne();
        // The head before the gap, the first behind it, and the end: each found by where it is, not by looking on.
        assertThat(from).hasSizeLessThanOrEqualTo(4);
        assertThat(pool.released).endsWith("job-" + ROOM, "job-" + (depth - 1));
    }

    private static int readsOf(InMemoryPool pool, Runnable event) {
        pool.reads = new ArrayList<>();
        event.run();
        return pool.reads.size();
    }

    private static InMemoryPool filled(int depth) {
        var pool = new InMemoryPool(LIMITS);
        pool.lease("w", SLOTS);
        for (int number = 0; number < depth; number++) {
            pool.want(item(number));
        }
        return pool;
    }

    private static WorkItem item(int number) {
        return InMemoryPool.item("catalogue", "job-" + number, PRIORITY_BULK, 1);
    }
}
