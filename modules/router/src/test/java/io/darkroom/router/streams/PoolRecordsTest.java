package io.darkroom.router.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.router.PoolRecord;
import io.darkroom.router.dispatch.PoolState.Header;
import io.darkroom.router.dispatch.PoolState.Lease;
import io.darkroom.router.dispatch.PoolState.Load;
import io.darkroom.router.dispatch.PoolState.Queue;
import io.darkroom.router.dispatch.QueueKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PoolRecordsTest {
    private static final Instant T1 = Instant.ofEpochMilli(1_000);

    @Test
    void aPoolIsReadBackAsItWasStored() {
        var key = new QueueKey("shop", Priority.PRIORITY_BULK);
        var queue = new Queue(3, 9, 5, 400, 70, 80, 2, T1);
        var header = new Header(77, Map.of(2, 3L), Optional.of(T1));
        var lease = new Lease(4, 2, Duration.ofSeconds(1));

        StoredPool pool = new StoredPool();
        pool.add(PoolRecords.header(header));
        pool.add(PoolRecords.queue(key, queue));
        pool.add(PoolRecords.load("shop", Optional.of(new Load(2, 90)), 99));
        pool.add(PoolRecords.load("other", Optional.empty(), 98));
        pool.add(PoolRecords.lease("w1", lease));

        assertThat(pool.isFormer()).isFalse();
        assertThat(pool.header()).isEqualTo(header);
        assertThat(pool.queues()).isEqualTo(Map.of(key, queue));
        assertThat(pool.loads()).isEqualTo(Map.of("shop", new Load(2, 90)));
        assertThat(pool.paidUntil()).isEqualTo(Map.of("shop", 99L, "other", 98L));
        assertThat(pool.leases()).isEqualTo(Map.of("w1", lease));
    }

    @Test
    void attemptsInFlightOfAPoolThatWasStoredBeforeAreCounted() {
        StoredPool before = new StoredPool();
        before.add(PoolRecord.newBuilder()
                .addInFlight(attempt("shop", "a"))
                .addInFlight(attempt("shop", "b"))
                .addInFlight(attempt("other", "a"))
                .build());

        assertThat(before.isFormer()).isTrue();
        assertThat(before.loads()).isEqualTo(Map.of("shop", new Load(2, 0), "other", new Load(1, 0)));
    }

    private static AttemptKey attempt(String tenant, String id) {
        return AttemptKey.newBuilder()
                .setJob(JobKey.newBuilder().setTenant(tenant).setId(id).setRun(1))
                .setAttempt(1)
                .build();
    }
}
