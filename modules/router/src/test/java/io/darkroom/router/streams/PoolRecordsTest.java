package io.darkroom.router.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.router.PoolRecord;
import io.darkroom.router.dispatch.PoolState;
import io.darkroom.router.dispatch.PoolState.Lease;
import io.darkroom.router.dispatch.PoolState.Load;
import io.darkroom.router.dispatch.PoolState.Queue;
import io.darkroom.router.dispatch.QueueKey;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PoolRecordsTest {
    private static final Instant T1 = Instant.ofEpochMilli(1_000);

    @Test
    void aPoolIsReadBackAsItWasStored() {
        PoolState pool = new PoolState(
                Map.of(new QueueKey("shop", Priority.PRIORITY_BULK), new Queue(3, 9, 5, 400, 70, 80, 2, T1)),
                Map.of("shop", new Load(2, 90), "other", new Load(1, 0)),
                Map.of("w1", new Lease(4, 2, T1)),
                77,
                Map.of("shop", 99L));

        assertThat(PoolRecords.read(PoolRecords.write(pool))).isEqualTo(pool);
    }

    @Test
    void attemptsInFlightOfAPoolThatWasStoredBeforeAreCounted() {
        PoolRecord before = PoolRecord.newBuilder()
                .addInFlight(attempt("shop", "a"))
                .addInFlight(attempt("shop", "b"))
                .addInFlight(attempt("other", "a"))
                .build();

        assertThat(PoolRecords.read(before).inFlight())
                .isEqualTo(Map.of("shop", new Load(2, 0), "other", new Load(1, 0)));
    }

    private static AttemptKey attempt(String tenant, String id) {
        return AttemptKey.newBuilder()
                .setJob(JobKey.newBuilder().setTenant(tenant).setId(id).setRun(1))
                .setAttempt(1)
                .build();
    }
}
